import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

interface ReadBarcode {
  readonly format: string;
  readonly text: string;
}

// Its own wasm from the package, or it would fetch it from the network.
const wasm = new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));
prepareZXingModule({ overrides: { wasmBinary: await Bun.file(wasm).arrayBuffer() } });

/** What ZXing, a decoder that knows nothing of our encoders, sees in an image: PNG bytes or pixels. */
export async function readPixels(image: Uint8Array | ImageData): Promise<readonly ReadBarcode[]> {
  const results = await readBarcodes(image, { formats: ["QRCode", "Code128"], tryHarder: true });
  return results.map(({ format, text }) => ({ format, text })).sort(byFormat);
}

function byFormat(one: ReadBarcode, other: ReadBarcode): number {
  return one.format.localeCompare(other.format);
}
