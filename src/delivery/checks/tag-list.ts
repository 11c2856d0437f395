/** The tags of a DKIM or DMARC record, `v=DMARC1; p=none` (RFC 6376 section 3.2); null where it is none. */
export function parseTagList(record: string): ReadonlyMap<string, string> | null {
  const tags = new Map<string, string>();
  const parts = record.split(";").map((part) => part.trim());
  // One may stand behind the last tag.
  if (parts.at(-1) === "") parts.pop();
  for (const part of parts) {
    const [, name, value] = /^([A-Za-z]\w*)\s*=\s*([^]*)$/.exec(part) ?? [];
    if (name === undefined || value === undefined || tags.has(name)) return null;
    tags.set(name, value);
  }
  return tags;
}
