/** What a server wrote on one connection until it closed it. */
export interface RawAnswer {
  /** 0 when the connection closed without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawConnection {
  /** Resolves with the first bytes of an answer. */
  readonly answered: Promise<void>;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<RawAnswer>;
}

/** Writes bytes as they are on a connection of its own: for requests that `fetch` is too polite to send. */
export function connectRaw(url: string, bytes: string): RawConnection {
  const { hostname, port } = new URL(url);
  const received: Buffer[] = [];
  const answered = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<RawAnswer>();
  const close = () => closed.resolve(parseAnswer(Buffer.concat(received).toString("utf8")));
  let unsent = Buffer.from(bytes);
  Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (socket) => void (unsent = unsent.subarray(socket.write(unsent))),
      drain: (socket) => void (unsent = unsent.subarray(socket.write(unsent))),
      data: (_, data) => {
        received.push(Buffer.from(data));
        answered.resolve();
      },
      close,
      error: close,
    },
  }).catch(closed.reject);
  return { answered: answered.promise, closed: closed.promise };
}

/** The same, waiting for the server to close. */
export function sendRaw(url: string, bytes: string): Promise<RawAnswer> {
  return connectRaw(url, bytes).closed;
}

/** A request head with its lines ended as HTTP/1.1 asks; `Host` is added. */
export function requestHead(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries({ host: "localhost", ...headers });
  return [`${line} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""].join(
    "\r\n",
  );
}

function parseAnswer(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(statusLine.split(" ")[1] ?? 0), headers, body: rest.join("\r\n\r\n") };
}
