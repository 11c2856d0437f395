import { hash } from "node:crypto";
import { code128Bars } from "../src/ticket/code-128.ts";
import { qrLines } from "../src/ticket/qr-symbol.ts";
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
): Uint8Array<ArrayBuffer> {
  const { own, direction } = template;
  const file = new PdfWriter(template.beginning);
  const carried = new Map<Typeface, NameFont>();
  const number = `${sheet.saleNumber}-${sheet.ordinal}`;
  const name = nameOperators(sheet.holderName, template, { fonts, carried });
  const holder = `${INK_OPERATOR}\n${name}\n${lettered(number, TICKET_NUMBER, template)}`;
  file.addStream(`${holder}\n${BEFORE_QR[direction]}`, "", own.holder);
  for (let index = 0; index < own.pages.length; index += 1) {
    const page = own.pages[index];
    const day = codes[index];
    if (page === undefined || day === undefined) throw new Error(`no codes for page ${index + 1}`);
    file.addDeflated(deflatedPath(qrLines(day.ticketCode)), "", page.qr);
    file.addStream(afterQr(day.shortCode, template), "", page.afterQr);
  }
  let fontEntries = template.fontEntries;
  for (const font of carried.values()) fontEntries += `/${font.id} ${font.addTo(file)} 0 R`;
  file.add(`<<${fontEntries}>>`, own.fonts);
  const title = textString(`${template.titleStart}${number}`);
  file.add(`<<${template.infoEntries}/Title ${title}>>`, own.info);
  const id = hash("md5", `${template.digest} ${sheet.registrationId} ${holder}`);
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

/** Each symbol is one path and one fill, in units of its modules: that of the QR is filled here. */
function afterQr(shortCode: string, template: TicketTemplate): string {
  const bars = pathOf(code128Bars(shortCode));
  const under = lettered(groupShortCode(shortCode), SHORT_CODE, template);
  return `f Q\n${BEFORE_CODE_128[template.direction]}${bars}f Q\n${INK_OPERATOR}\n${under}`;
}

/** Every second bar is a space. */
function pathOf(bars: readonly number[]): string {
  let path = "";
  let x = 0;
  for (let index = 0; index < bars.length; index += 1) {
    const width = bars[index] ?? 0;
    if (index % 2 === 0) path += `${x} 0 ${width} 1 re\n`;
    x += width;
  }
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
