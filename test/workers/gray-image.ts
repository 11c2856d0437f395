import { deflateSync, inflateSync } from "node:zlib";

/** A picture in shades of gray, row by row from the top, 0 for black. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Every page of a PDF as poppler paints it. */
export function paintPages(pdfFile: string, dotsPerInch: number): readonly GrayImage[] {
  const run = Bun.spawnSync(["pdftoppm", "-gray", "-r", String(dotsPerInch), pdfFile]);
  if (run.exitCode !== 0) throw new Error(run.stderr.toString());
  const images: GrayImage[] = [];
  for (let rest = new Uint8Array(run.stdout); rest.length > 0; ) {
    const [header, width, height] = pgmHeader(rest);
    const end = header + width * height;
    images.push({ width, height, pixels: rest.slice(header, end) });
    rest = rest.slice(end);
  }
  return images;
}

function pgmHeader(bytes: Uint8Array): readonly [byteCount: number, width: number, height: number] {
  const text = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
  const [header, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(text) ?? [];
  if (header === undefined) throw new Error("not a gray picture of 8 bits");
  return [header.length, Number(width), Number(height)];
}

export function toPgm({ width, height, pixels }: GrayImage): Uint8Array {
  return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), pixels]);
}

export function toImageData({ width, height, pixels }: GrayImage): ImageData {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [index, value] of pixels.entries()) data.fill(value, index * 4, index * 4 + 3);
  return { width, height, data, colorSpace: "srgb" } as ImageData;
}

/** PNG of 8-bit gray, every row unfiltered. */
export function toPng({ width, height, pixels }: GrayImage): Uint8Array {
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 9 }))];
  return Buffer.concat([PNG_SIGNATURE, ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

/** Reads what `toPng` wrote, and nothing else. */
export function fromPng(png: Uint8Array): GrayImage {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const dataStart = 8 + 25 + 8;
  const rows = inflateSync(bytes.subarray(dataStart, dataStart + bytes.readUInt32BE(33)));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const start = y * (width + 1) + 1;
    pixels.set(rows.subarray(start, start + width), y * width);
  }
  return { width, height, pixels };
}

const PNG_SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(Bun.hash.crc32(body), body.length + 4);
  return framed;
}

/** Mean of the differences of all pixels, 0 to 255; pictures of two sizes differ wholly. */
export function difference(one: GrayImage, other: GrayImage): number {
  if (one.width !== other.width || one.height !== other.height) return 255;
  let sum = 0;
  for (const [index, value] of one.pixels.entries()) {
    sum += Math.abs(value - (other.pixels[index] ?? 0));
  }
  return sum / one.pixels.length;
}

/** As a phone in an unsteady hand sees a dim page: turned, out of focus, dark, and with grain. */
export function photograph(image: GrayImage, degrees: number): GrayImage {
  const { width, height } = image;
  const pixels = new Uint8Array(width * height);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  let grain = 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [right, down] = [x - width / 2, y - height / 2];
      const fromX = width / 2 + right * cos + down * sin;
      const fromY = height / 2 - right * sin + down * cos;
      grain = (Math.imul(grain, 1_664_525) + 1_013_904_223) >>> 0;
      const noise = (grain >>> 24) / 32 - 4;
      const light = 30 + 0.5 * between(image, fromX, fromY) + noise;
      pixels[y * width + x] = Math.max(0, Math.min(255, light));
    }
  }
  return { width, height, pixels };
}

/** A lens does not keep to the grid: the four blurred pixels around the point, each by its nearness. */
function between(image: GrayImage, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const upper = blurred(image, left, top) * (1 - right) + blurred(image, left + 1, top) * right;
  const lower =
    blurred(image, left, top + 1) * (1 - right) + blurred(image, left + 1, top + 1) * right;
  return upper * (1 - down) + lower * down;
}

/** The mean of a pixel and its eight neighbours; paper goes on beyond the edge. */
function blurred({ width, height, pixels }: GrayImage, x: number, y: number): number {
  let sum = 0;
  for (let row = y - 1; row <= y + 1; row += 1) {
    for (let column = x - 1; column <= x + 1; column += 1) {
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      sum += isInside ? (pixels[row * width + column] ?? 255) : 255;
    }
  }
  return sum / 9;
}
