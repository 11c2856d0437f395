export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

const OPENSSL = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";

/** A certificate for the host that vouches for itself, so that it serves as the authority as well. */
export function makeCertificate(host: string): Certificate {
  const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const made = Bun.spawnSync([...OPENSSL.split(" "), ...names, "-keyout", "-", "-out", "-"]);
  if (!made.success) throw new Error(`openssl: ${made.stderr.toString()}`);
  const pem = made.stdout.toString();
  const [cert = ""] =
    pem.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\n/) ?? [];
  return { key: pem.replace(cert, ""), cert };
}
