/** A finished PDF taken apart, so that others can be made of its objects. */
export interface PdfParts {
  /** Up to the first object. */
  readonly header: Uint8Array;
  /** By number, each from `1 0 obj` to the line end after `endobj`. */
  readonly objects: ReadonlyMap<number, Uint8Array>;
  readonly rootNumber: number;
  readonly infoNumber: number;
}

/** Takes what pdfkit writes: one table of objects, none of them free. Throws for anything else. */
export function takeApart(pdf: Uint8Array): PdfParts {
  const text = Buffer.from(pdf).toString("latin1");
  const tableStart = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(text)?.[1]);
  const [head = "", ...lines] = text.slice(tableStart).split("\n").slice(1);
  const objectCount = Number(/^0 (\d+)$/.exec(head)?.[1]) - 1;
  const offsets = lines.slice(1, objectCount + 1).map((line) => Number(line.slice(0, 10)));
  const ends = new Map(
    offsets
      .toSorted((one, other) => one - other)
      .map((offset, index, all) => [offset, all[index + 1] ?? tableStart]),
  );
  const objects = new Map<number, Uint8Array>();
  for (const [index, offset] of offsets.entries()) {
    if (!text.startsWith(`${index + 1} 0 obj\n`, offset))
      throw new Error("a PDF with a wrong table");
    objects.set(index + 1, pdf.subarray(offset, ends.get(offset)));
  }
  const trailer = text.slice(text.lastIndexOf("trailer"));
  return {
    header: pdf.subarray(0, Math.min(...offsets)),
    objects,
    rootNumber: Number(/\/Root (\d+) 0 R/.exec(trailer)?.[1]),
    infoNumber: Number(/\/Info (\d+) 0 R/.exec(trailer)?.[1]),
  };
}
