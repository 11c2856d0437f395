import { countText } from "../src/language/counting.ts";
import type { Language } from "../src/language/language.ts";

/** What a ticket says in one language, beside the event's own words. */
export interface TicketWords {
  dayOf(day: number, dayCount: number): string;
  readonly name: string;
  readonly doors: string;
  readonly ticket: string;
  readonly admission: string;
  readonly bringTitle: string;
  /** Where the organiser asks for nothing. */
  readonly bring: string;
  readonly gateTitle: string;
  readonly gate: string;
}

export const TICKET_WORDS: Readonly<Record<Language, TicketWords>> = {
  en: {
    dayOf: (day, dayCount) => `Day ${countText(day, "en")} of ${countText(dayCount, "en")}`,
    name: "Name",
    doors: "Doors open",
    ticket: "Ticket",
    admission: "Admits one person, on this day only",
    bringTitle: "What to bring",
    bring: "This page, printed or on a bright screen.",
    gateTitle: "At the gate",
    gate:
      "Each day of the event has its own page and its own code. The code admits one person once: " +
      "whoever shows it first goes in, so keep pictures of it to yourself.",
  },
  bn: {
    dayOf: (day, dayCount) => `দিন ${countText(day, "bn")} / মোট ${countText(dayCount, "bn")}`,
    name: "নাম",
    doors: "গেট খুলবে",
    ticket: "টিকিট",
    admission: "শুধু এই দিনে, একজনের প্রবেশ",
    bringTitle: "যা সঙ্গে আনবেন",
    bring: "এই পাতাটি, ছাপানো বা উজ্জ্বল পর্দায়।",
    gateTitle: "প্রবেশপথে",
    gate:
      "অনুষ্ঠানের প্রতিটি দিনের আলাদা পাতা ও আলাদা কোড আছে। একটি কোডে একজন একবারই ঢুকতে পারেন: " +
      "যিনি আগে দেখাবেন তিনিই ঢুকবেন, তাই কোডের ছবি কাউকে দেবেন না।",
  },
  he: {
    dayOf: (day, dayCount) => `יום ${countText(day, "he")} מתוך ${countText(dayCount, "he")}`,
    name: "שם",
    doors: "פתיחת שערים",
    ticket: "כרטיס",
    admission: "כניסה לאדם אחד, ביום זה בלבד",
    bringTitle: "מה להביא",
    bring: "את הדף הזה, מודפס או על מסך בהיר.",
    gateTitle: "בשער",
    gate:
      "לכל יום של האירוע דף משלו וקוד משלו. הקוד מכניס אדם אחד פעם אחת: " +
      "מי שמציג אותו ראשון נכנס, לכן שמרו את תמונות הקוד לעצמכם.",
  },
  ar: {
    dayOf: (day, dayCount) => `اليوم ${countText(day, "ar")} من ${countText(dayCount, "ar")}`,
    name: "الاسم",
    doors: "فتح الأبواب",
    ticket: "التذكرة",
    admission: "دخول شخص واحد، في هذا اليوم فقط",
    bringTitle: "ما يجب إحضاره",
    bring: "هذه الصفحة، مطبوعة أو على شاشة ساطعة.",
    gateTitle: "عند البوابة",
    gate:
      "لكل يوم من أيام الفعالية صفحته ورمزه. يُدخل الرمز شخصًا واحدًا مرة واحدة: " +
      "من يعرضه أولًا يدخل، فاحتفظ بصور الرمز لنفسك.",
  },
};
