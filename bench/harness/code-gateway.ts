import { once } from "node:events";
import { connect } from "node:net";
import type { SmsGateway } from "../../src/delivery/ports.ts";

/** An SMS gateway in the service's own process that passes codes on over a Unix socket, as lines for a `CodeListener`. */
export async function openCodeGateway(socketPath: string): Promise<SmsGateway> {
  const socket = connect(socketPath);
  await once(socket, "connect");
  let lines = "";
  const flush = () => {
    socket.write(lines);
    lines = "";
  };
  return {
    name: "codes",
    async send({ to, text }) {
      // All of one turn of the loop leave in one write.
      if (lines === "") setImmediate(flush);
      lines += `${to} ${text.slice(-CODE_LENGTH)}\n`;
      return { kind: "accepted", providerId: "none" };
    },
  };
}

/** The last line of the SMS is `@host #code`. */
const CODE_LENGTH = 6;
