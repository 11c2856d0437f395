/** Each ticket carries the picture, and the service reads it with its event twice a second. */
const PICTURE_BYTES_MAX = 64 * 1024;
const SIDE_PIXELS_MAX = 4_096;
const DATA_URL = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/;

/**
 * What is wrong with an event's picture, as a sentence, or null. Only what goes into a PDF as it is may pass:
 * a picture that had to be decoded could fail on every ticket.
 */
export function pictureFault(url: string): string | null {
  const [, format, base64 = ""] = DATA_URL.exec(url) ?? [];
  if (format === undefined)
    return "must begin with data:image/png;base64, or data:image/jpeg;base64,";
  const bytes = Buffer.from(base64, "base64");
  if (bytes.byteLength > PICTURE_BYTES_MAX) {
    return `must be at most ${PICTURE_BYTES_MAX / 1024} KiB, but is ${Math.ceil(bytes.byteLength / 1024)}`;
  }
  return format === "png" ? pngFault(bytes) : jpegFault(bytes);
}

/** PNG (ISO/IEC 15948): signature, then the header chunk. */
function pngFault(bytes: Buffer): string | null {
  const isPng = bytes.length > 33 && bytes.subarray(0, 8).toString("hex") === "89504e470d0a1a0a";
  if (!isPng || bytes.toString("latin1", 12, 16) !== "IHDR") return "is not a PNG";
  const hasAlpha = (bytes[25] ?? 0) >= 4 || bytes.includes("tRNS");
  const isInterlaced = bytes[28] !== 0;
  if (hasAlpha || isInterlaced)
    return "must be a PNG without transparency and interlacing, or a JPEG";
  return sideFault(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
}

/** JPEG (ITU-T T.81): the first frame header tells the size. */
function jpegFault(bytes: Buffer): string | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return "is not a JPEG";
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xc2;
    if (isFrame) return sideFault(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return "is not a JPEG that can be printed";
}

function sideFault(width: number, height: number): string | null {
  const isGood = [width, height].every((side) => side >= 1 && side <= SIDE_PIXELS_MAX);
  return isGood ? null : `must be 1 to ${SIDE_PIXELS_MAX} pixels wide and high`;
}
