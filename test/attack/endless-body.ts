/** What became of a body that does not end. */
export interface EndlessBody {
  /** 0 when the server closed without an answer. */
  readonly status: number;
  readonly bytesSent: number;
  /** Whether the server closed before all of it was sent. */
  readonly isCutOff: boolean;
}

/** Sends a head, then the part again and again as fast as the server takes it, until it closes or so many bytes went. */
export async function sendEndless(
  url: string,
  head: string,
  part: Uint8Array,
  bytesMax: number,
): Promise<EndlessBody> {
  const { hostname, port } = new URL(url);
  const ended = Promise.withResolvers<boolean>();
  let received = "";
  let bytesSent = 0;
  let unsent: Uint8Array = Buffer.from(head);
  const fill = (socket: Bun.Socket<undefined>) => {
    while (bytesSent < bytesMax) {
      const bytes = socket.write(unsent);
      if (bytes > 0) bytesSent += bytes;
      if (bytes < unsent.byteLength) {
        unsent = unsent.subarray(Math.max(0, bytes));
        return;
      }
      unsent = part;
    }
    if (received !== "") finish(socket);
  };
  const finish = (socket: Bun.Socket<undefined>) => {
    ended.resolve(false);
    socket.terminate();
  };
  await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: fill,
      drain: fill,
      data(socket, data) {
        received += data.toString("latin1");
        if (bytesSent >= bytesMax) finish(socket);
      },
      close: () => ended.resolve(true),
      error: () => ended.resolve(true),
    },
  });
  const isCutOff = await ended.promise;
  return { status: Number(received.split(" ")[1] ?? 0), bytesSent, isCutOff };
}
