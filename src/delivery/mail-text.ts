import type { MailContent } from "./mail-content.ts";

/** The mail for those who read it as plain text. */
export function mailText(content: MailContent): string {
  const { phrases, holderName, eventName, venue, days, zone, link, pdf } = content;
  return `${phrases.greeting(holderName)}

${phrases.registered(eventName)}
${venue}

${days.map(({ date, doors }) => `  ${date} · ${doors}`).join("\n")}
  ${phrases.timesAreOf(zone)}

${phrases.linkFollows}
${link}

${phrases.pdf[pdf]} ${phrases.entrance}

${phrases.calendar}

${phrases.keepPrivate}
`;
}
