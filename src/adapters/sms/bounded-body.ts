/** The body as text; null when it is longer than `bytesMax` or breaks off. Reads no further than it must. */
export async function readBody(response: Response, bytesMax: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      // Leaving the loop cancels the rest.
      if (bytes > bytesMax) return null;
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    return null;
  }
  return text + decoder.decode();
}
