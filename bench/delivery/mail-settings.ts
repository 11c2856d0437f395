import type { Email } from "../../src/attendee/email.ts";

/** As MAIL_CONNECTIONS gives where it is not set. */
export const CONNECTION_COUNT = 5;

export const SENDER = { name: "River Festival", address: "tickets@example.org" as Email };
