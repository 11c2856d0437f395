import { createHash } from "node:crypto";
import { code128Runs, type DarkRun, qrRuns } from "../src/ticket/barcode.ts";
import { code128Bars } from "../src/ticket/code-128.ts";
import { groupShortCode } from "../src/ticket/short-code.ts";
import type { TicketSheet } from "../src/ticket/ticket.ts";
import type { TicketCodes } from "../src/ticket/ticket-codes.ts";
import { deflatedPath } from "./deflated-path.ts";
import { NameFont } from "./name-font.ts";
import type { Box } from "./page-box.ts";
import { PdfWriter, textString } from "./pdf-writer.ts";
import { decimal, lineOperators } from "./text-operators.ts";
import type { TicketFonts } from "./ticket-fonts.ts";
import {
  code128Unit,
  HOLDER_NAME,
  placeLine,
  placeText,
  qrUnit,
  SHORT_CODE,
  type TextSpace,
  TICKET_NUMBER,
} from "./ticket-layout.ts";
import { INK } from "./ticket-palette.ts";
import type { TicketTemplate } from "./ticket-template.ts";
import type { Typeface } from "./typeface.ts";

/** Adds to the template what one ticket says: name, number and the codes of each day. */
export function stampTicket(
  sheet: TicketSheet,
  codes: readonly TicketCodes[],
  template: TicketTemplate,
  fonts: TicketFonts,
): Uint8Array {
  const { own } = template;
  const file = new PdfWriter(template.beginning);
  const carried = new Map<Typeface, NameFont>();
  const number = `${sheet.saleNumber}-${sheet.ordinal}`;
  const name = nameOperators(sheet.holderName, template, { fonts, carried });
  const holder = `${INK_OPERATOR}\n${name}\n${lettered(number, TICKET_NUMBER, template)}`;
  file.addStream(holder, "", own.holder);
  for (const [index, page] of own.codes.entries()) {
    const day = codes[index];
    if (day === undefined) throw new Error(`no codes for page ${index + 1}`);
    file.addStream(codeContent(day, template), "/Filter/FlateDecode", page);
  }
  const fontEntries = Array.from(
    carried.values(),
    (font) => `/${font.id} ${font.addTo(file)} 0 R`,
  ).join("");
  file.add(`<<${template.fontEntries}${fontEntries}>>`, own.fonts);
  const title = textString(`${template.titleStart}${number}`);
  file.add(`<<${template.infoEntries}/Title ${title}>>`, own.info);
  const id = createHash("md5")
    .update(`${template.digest} ${sheet.registrationId} ${holder}`)
    .digest("hex");
  return file.finish(`${template.trailerEntries}/ID[<${id}><${id}>]`);
}

function nameOperators(
  holderName: string,
  template: TicketTemplate,
  own: { readonly fonts: TicketFonts; readonly carried: Map<Typeface, NameFont> },
): string {
  const { fonts, carried } = own;
  const carry = (typeface: Typeface): NameFont => {
    let font = carried.get(typeface);
    if (font === undefined) {
      font = new NameFont(`N${carried.size + 1}`, typeface);
      carried.set(typeface, font);
    }
    return font;
  };
  const lines = placeText(holderName, HOLDER_NAME, { fonts, direction: template.direction });
  return lines.map(({ runs, start }) => lineOperators(runs, start, carry)).join("\n");
}

/** Each symbol is one path and one fill, in units of its modules. */
function codeContent({ ticketCode, shortCode }: TicketCodes, template: TicketTemplate): Uint8Array {
  const { direction } = template;
  const bars = pathOf(code128Runs(code128Bars(shortCode)).runs);
  const under = lettered(groupShortCode(shortCode), SHORT_CODE, template);
  const after = `f Q\n${BEFORE_CODE_128[direction]}${bars}f Q\n${INK_OPERATOR}\n${under}`;
  return deflatedPath(BEFORE_QR[direction], qrRuns(ticketCode), after);
}

function pathOf(runs: readonly DarkRun[]): string {
  let path = "";
  for (const { x, y, width } of runs) path += `${x} ${y} ${width} 1 re\n`;
  return path;
}

const BEFORE_QR = {
  ltr: `0 g q ${unitOperator(qrUnit("ltr"))}\n`,
  rtl: `0 g q ${unitOperator(qrUnit("rtl"))}\n`,
} as const;
const BEFORE_CODE_128 = {
  ltr: `q ${unitOperator(code128Unit("ltr"))}\n`,
  rtl: `q ${unitOperator(code128Unit("rtl"))}\n`,
} as const;

/** `unit` is where a symbol starts and the size of its module. */
function unitOperator({ x, y, width, height }: Box): string {
  return `${[width, 0, 0, height, x, y].map(decimal).join(" ")} cm`;
}

/** A code or a number, which is always one line. */
function lettered(text: string, wanted: TextSpace, template: TicketTemplate): string {
  const { lettering, direction } = template;
  return lettering.operators(text, placeLine(lettering.width(text), wanted, direction));
}

const INK_OPERATOR = fillOperator(INK);

/** `colour` is `#rrggbb`. */
function fillOperator(colour: string): string {
  const channels = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
  return `${channels.map((channel) => decimal(channel / 255)).join(" ")} rg`;
}
