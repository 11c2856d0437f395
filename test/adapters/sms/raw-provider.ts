import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer } from "node:net";

export interface RawProvider extends AsyncDisposable {
  readonly url: string;
  /** How many requests have been read whole. */
  requestCount(): number;
  /** Resolves when so many have. */
  requests(count: number): Promise<void>;
}

export interface RawProviderOptions {
  readonly onConnection?: (socket: Socket) => void;
  /** Called for each request read whole, with its number from 1. */
  readonly onRequest?: (socket: Socket, number: number) => void;
}

/** A provider that answers byte by byte as the test says; it takes requests of one packet. */
export async function startRawProvider(options: RawProviderOptions): Promise<RawProvider> {
  const sockets = new Set<Socket>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => {
      count += 1;
      options.onRequest?.(socket, count);
      for (const wait of waiting) if (count >= wait.count) wait.resolve();
    });
    options.onConnection?.(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    requestCount: () => count,
    requests: (wanted) =>
      new Promise((resolve) => {
        waiting.push({ count: wanted, resolve });
        if (count >= wanted) resolve();
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
