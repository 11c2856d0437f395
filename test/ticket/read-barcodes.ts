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

/** What ZXing finds in a QR symbol without its quiet zone, and how it is made. */
export async function readSymbol(
  modules: readonly (readonly boolean[])[],
): Promise<{ readonly text: string; readonly version: string; readonly level: string }> {
  const side = MODULE_PIXELS * (modules.length + 2 * QUIET_MODULES);
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const x = Math.floor((pixel % side) / MODULE_PIXELS) - QUIET_MODULES;
    const y = Math.floor(pixel / side / MODULE_PIXELS) - QUIET_MODULES;
    if (modules[y]?.[x] === true) data.fill(0, 4 * pixel, 4 * pixel + 3);
  }
  const image = { data, width: side, height: side, colorSpace: "srgb" } as ImageData;
  const [found] = await readBarcodes(image, { formats: ["QRCode"] });
  return {
    text: found?.text ?? "",
    version: found?.version ?? "",
    level: found?.ecLevel ?? "",
  };
}

const MODULE_PIXELS = 4;
const QUIET_MODULES = 4;
