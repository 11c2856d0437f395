import { isIP } from "node:net";

/**
 * Whether the name a browser came by cannot be a stranger's. Such a name may be made to mean this machine once a page of
 * theirs is open (DNS rebinding), and what the page then reads from here is its own to the browser. An address,
 * `localhost` (RFC 6761, section 6.3) and the public name cannot be turned so.
 */
export function isOwnHost(request: Request, publicUrl: string): boolean {
  const hostname = URL.parse(request.url)?.hostname;
  if (hostname === undefined) return false;
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return true;
  return (
    isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 || hostname === URL.parse(publicUrl)?.hostname
  );
}
