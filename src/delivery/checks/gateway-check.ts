import type { BalanceOutcome } from "../ports.ts";
import type { Finding } from "./finding.ts";
import { about } from "./finding.ts";

/** What came of asking for a session; nothing in a reason is secret. */
export type BindOutcome =
  | { readonly kind: "bound" }
  | { readonly kind: "unbound" | "account-refused"; readonly reason: string };

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/** Whether what is sent to a gateway can be read on the way. */
export function checkEncryption(
  gateway: string,
  { host, isEncrypted }: { readonly host: string; readonly isEncrypted: boolean },
): Finding {
  const finding = about(`SMS ${gateway}`);
  if (isEncrypted) return finding.ok("the way to it is encrypted");
  if (LOOPBACK.test(host)) return finding.ok("it is on this machine");
  return finding.warning("numbers and texts travel in the open: use TLS, or a tunnel");
}

/** A balance proves the credentials as well; null where the gateway's file has no way to ask for it. */
export function checkBalanceAnswer(gateway: string, outcome: BalanceOutcome | null): Finding {
  const finding = about(`SMS ${gateway}`);
  switch (outcome?.kind) {
    case undefined:
      return finding.warning(
        "its file has no balance, which would prove the credentials: send a test",
      );
    case "balance":
      return finding.ok(`it knows the account, with ${outcome.text} left`);
    case "failed":
      return finding.fault(`no balance: ${outcome.reason}; look at address and credentials`);
  }
}

export function checkBind(gateway: string, outcome: BindOutcome): Finding {
  const finding = about(`SMS ${gateway}`);
  switch (outcome.kind) {
    case "bound":
      return finding.ok("it knows the account: a session is bound");
    case "unbound":
      return finding.fault(`no session: ${outcome.reason}; look at host, port and tls`);
    case "account-refused":
      return finding.fault(`no session: ${outcome.reason}; look at systemId and password`);
  }
}
