import { LANGUAGE_TRAITS } from "../language/language.ts";
import type { MailContent } from "./mail-content.ts";

/**
 * The mail as an HTML document, in the colours of the site. Mail clients keep tables and inline styles and drop
 * most else; one that knows dark mode and the style sheet gets our dark colours, the others make their own. Nothing
 * is loaded and nothing is counted: no picture, no web font, no link but the ticket's.
 */
export function mailHtml(content: MailContent): string {
  const { language, phrases, eventName } = content;
  const { direction } = LANGUAGE_TRAITS[language];
  const title = Bun.escapeHTML(phrases.subject(eventName));
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>${title}</title>
<style>${DARK_STYLE}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:${LIGHT.paper}">
<table role="presentation" class="paper" dir="${direction}" lang="${language}" width="100%" cellpadding="0" cellspacing="0" style="background:${LIGHT.paper}">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card ink" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" style="${CARD_STYLE}">
<tr><td style="padding:28px 24px">
${letter(content)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function letter({ phrases, days, link, ...content }: MailContent): string {
  const href = Bun.escapeHTML(link);
  return `<h1 style="margin:0;font:700 26px/1.25 ${SERIF}">${own(content.eventName)}</h1>
<p class="soft" style="margin:4px 0 24px;color:${LIGHT.soft}">${own(content.venue)}</p>
${paragraph(phrases.greeting(own(content.holderName)))}
${paragraph(phrases.registered(own(content.eventName)))}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 8px">
${days.map(dayRow).join("\n")}
</table>
<p class="soft" style="margin:0 0 24px;font-size:14px;color:${LIGHT.soft}">${phrases.timesAreOf(own(content.zone))}</p>
<p style="margin:0 0 28px"><a class="button" href="${href}" style="${BUTTON_STYLE}">${phrases.showTickets}</a></p>
${paragraph(phrases.pdf[content.pdf])}
${paragraph(phrases.entrance)}
${paragraph(phrases.calendar)}
<p class="soft line" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid ${LIGHT.line};font-size:14px;color:${LIGHT.soft}">${phrases.keepPrivate}<br><a class="link" dir="ltr" href="${href}" style="color:${LIGHT.accent};word-break:break-all">${href}</a></p>`;
}

function dayRow({ date, doors }: MailContent["days"][number]): string {
  return `<tr><td class="line" style="padding:12px 0;border-top:1px solid ${LIGHT.line}"><strong>${date}</strong><br><span class="soft" style="color:${LIGHT.soft}">${doors}</span></td></tr>`;
}

function paragraph(html: string): string {
  return `<p style="margin:0 0 16px">${html}</p>`;
}

/** A text that somebody typed, kept apart from the direction of the sentence around it. */
function own(text: string): string {
  return `<bdi>${Bun.escapeHTML(text)}</bdi>`;
}

const LIGHT = {
  paper: "#f8f3eb",
  card: "#fffdfa",
  ink: "#2b211a",
  soft: "#6d5c4f",
  line: "#e6dacb",
  accent: "#a8401d",
  onAccent: "#fff9f2",
} as const;

const DARK: Readonly<Record<keyof typeof LIGHT, string>> = {
  paper: "#181412",
  card: "#231d19",
  ink: "#f5ece2",
  soft: "#b9a899",
  line: "#3e342d",
  accent: "#f0915f",
  onAccent: "#2a1206",
};

const SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif";
const SERIF = "Georgia,'Noto Serif',serif";

const CARD_STYLE = `max-width:560px;background:${LIGHT.card};border:1px solid ${LIGHT.line};border-radius:16px;color:${LIGHT.ink};font:16px/1.5 ${SANS}`;
const BUTTON_STYLE = `display:inline-block;padding:14px 24px;border-radius:12px;background:${LIGHT.accent};color:${LIGHT.onAccent};font-weight:600;text-decoration:none`;

/** Against inline styles only `!important` wins. */
const DARK_STYLE = `
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
.paper { background: ${DARK.paper} !important; }
.card { background: ${DARK.card} !important; border-color: ${DARK.line} !important; }
.ink { color: ${DARK.ink} !important; }
.soft { color: ${DARK.soft} !important; }
.line { border-color: ${DARK.line} !important; }
.link { color: ${DARK.accent} !important; }
.button { background: ${DARK.accent} !important; color: ${DARK.onAccent} !important; }
}
`;
