/** Which methods each path takes, for telling a wrong method from a wrong address. */
export interface RouteTable {
  /** The `Allow` header of RFC 9110 for a path that is served by other methods; null for one that is not. */
  allow(path: string): string | null;
}

export function routeTable(
  routes: readonly { readonly method: string; readonly path: string }[],
): RouteTable {
  const patterns = routes.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replace(/[.+]/g, "\\$&").replace(/:\w+/g, "[^/]+")}/?$`),
  }));
  return {
    allow(path) {
      const methods = patterns
        .filter(({ pattern }) => pattern.test(path))
        .map(({ method }) => method);
      if (methods.length === 0) return null;
      const all = methods.includes("GET") ? [...methods, "HEAD"] : methods;
      return [...new Set(all)].join(", ");
    },
  };
}
