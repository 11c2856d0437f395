import { expect, test } from "bun:test";
import { headerOf, ResponseReader } from "../../bench/harness/response-reader.ts";

const SIZED = 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\nETag: "a"\r\n\r\nseats';
const CHUNKED =
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nsea\r\n2\r\nts\r\n0\r\n\r\n";
/** Tells the length of the page it spares us. */
const UNCHANGED = "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n";

test("an answer is read by its length or by its chunks, however it is cut", () => {
  const cases = [
    [SIZED, 201, "seats"],
    [CHUNKED, 200, "seats"],
    [UNCHANGED, 304, ""],
  ] as const;
  for (const [text, status, body] of cases) {
    for (let cut = 1; cut < text.length; cut += 1) {
      const reader = new ResponseReader();
      expect(reader.read(Buffer.from(text.slice(0, cut))), `${status} cut at ${cut}`).toBeNull();
      expect(reader.isMidway).toBe(true);
      const answer = reader.read(Buffer.from(text.slice(cut)));
      expect(answer?.status).toBe(status);
      expect(Buffer.from(answer?.body ?? []).toString()).toBe(body);
      expect(reader.isMidway).toBe(false);
    }
  }
});

test("a header is found by its name, whatever its case", () => {
  const answer = new ResponseReader().read(Buffer.from(SIZED));
  expect(headerOf(answer?.head ?? "", "etag")).toBe('"a"');
  expect(headerOf(answer?.head ?? "", "retry-after")).toBeNull();
});

test("what is no answer is refused", () => {
  expect(() => new ResponseReader().read(Buffer.from("SSH-2.0-x\r\n\r\n"))).toThrow();
});
