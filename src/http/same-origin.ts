/**
 * Whether a request that changes something may stem from a page of ours, or from no page at all. A browser says so in
 * `Sec-Fetch-Site`, an older one by `Origin`; scripts can forge neither, and programs send neither.
 */
export function isFromOwnPage(request: Request, publicUrl: string): boolean {
  const { headers } = request;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = headers.get("origin");
  if (origin === null || origin === publicUrl) return true;
  const host = headers.get("host");
  // Under another name than the public one, as on a developer's own network, a page is still its host's own.
  return host !== null && URL.parse(origin)?.host === host;
}
