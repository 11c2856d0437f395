/** A request of which only the host is still to be said. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; empty for a GET. */
  readonly body: string;
}

/** The bytes of a request on a keep-alive connection to `host`, as in `127.0.0.1:3000`. */
export function requestBytes({ method, path, headers, body }: HttpRequest, host: string): Buffer {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  if (body !== "") {
    head += `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  }
  return Buffer.from(`${head}\r\n${body}`);
}

/** The header in which the service, told to trust Fly's proxy, finds the address of a client. */
const ADDRESS_HEADER = "fly-client-ip";

/**
 * Requests as a file that wrk's Lua and our own driver both read: method, path, the client's address (or nothing) and
 * body, with a tab between, one request a line. JSON holds neither tabs nor line ends.
 */
export async function writeRequestLines(
  path: string,
  requests: readonly HttpRequest[],
): Promise<void> {
  const lines = requests.map(({ method, path: target, headers, body }) =>
    [method, target, headers[ADDRESS_HEADER] ?? "", body].join("\t"),
  );
  await Bun.write(path, `${lines.join("\n")}\n`);
}

export async function readRequestLines(path: string): Promise<readonly HttpRequest[]> {
  const text = await Bun.file(path).text();
  return text.split("\n").filter(Boolean).map(parseLine);
}

function parseLine(line: string): HttpRequest {
  const [method, path = "", address = "", body = ""] = line.split("\t");
  return {
    method: method === "POST" ? "POST" : "GET",
    path,
    headers: address === "" ? {} : { [ADDRESS_HEADER]: address },
    body,
  };
}

/** The header of a client's own address; up to 6.5 million of them, each in a block (/24) of its own. */
export function addressOf(index: number): Readonly<Record<string, string>> {
  const network = 20 + ((index >> 16) % 100);
  return { [ADDRESS_HEADER]: `${network}.${(index >> 8) & 0xff}.${index & 0xff}.7` };
}
