/**
 * A free port of this machine: the public address must be known before the service listens. Not one that the system
 * hands to outgoing connections (32,768 and up on Linux, 49,152 on macOS): a crowd's sockets would take it meanwhile.
 */
export function freePort(): number {
  for (;;) {
    const port = PORT_MIN + (lastPort++ % PORT_COUNT);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody listens there.
    }
  }
}

const PORT_MIN = 20_000;
const PORT_COUNT = 12_000;
/** Other test processes begin elsewhere. */
let lastPort = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
