import type { Language } from "../language/language.ts";
import { DEFAULT_LANGUAGE, parseLanguage } from "../language/language.ts";

/**
 * What a mail says in one language. What is put in may be HTML, so a phrase adds no character that HTML would
 * take for its own, and one that stands in a paragraph begins with a word of its language, which gives the paragraph
 * its direction.
 */
export interface MailPhrases {
  subject(eventName: string): string;
  greeting(holderName: string): string;
  registered(eventName: string): string;
  doorsOpen(time: string): string;
  /** `zone` as in `Bangladesh Standard Time`. */
  timesAreOf(zone: string): string;
  /** Above the link, where it is written out. */
  readonly linkFollows: string;
  /** On the button. */
  readonly showTickets: string;
  /** Whether the PDF rides along or waits behind the link. */
  readonly pdf: Readonly<Record<"attached" | "behind-link", string>>;
  readonly calendar: string;
  readonly entrance: string;
  readonly keepPrivate: string;
}

/** The language of a BCP 47 tag, English where there are no phrases. */
export function mailLanguage(locale: string): Language {
  return parseLanguage(locale) ?? DEFAULT_LANGUAGE;
}

export const MAIL_PHRASES: Readonly<Record<Language, MailPhrases>> = {
  en: {
    subject: (eventName) => `Your tickets for ${eventName}`,
    greeting: (holderName) => `Hello ${holderName},`,
    registered: (eventName) => `You are registered for ${eventName}.`,
    doorsOpen: (time) => `doors open at ${time}`,
    timesAreOf: (zone) => `All times are in ${zone}.`,
    linkFollows: "Your tickets on screen, and as a PDF to download:",
    showTickets: "Show my tickets",
    pdf: {
      attached: "The attached PDF has one page for each day, each with its own barcode.",
      "behind-link":
        "The PDF behind the link has one page for each day, each with its own barcode.",
    },
    calendar: "The calendar file that comes with this mail puts the days into your calendar.",
    entrance:
      "Show the barcode of the day at the entrance, on paper or on a phone; each admits one person, once.",
    keepPrivate:
      "Whoever has the link or the PDF has your tickets: please do not pass this mail on.",
  },
  bn: {
    subject: (eventName) => `আপনার টিকিট: ${eventName}`,
    greeting: (holderName) => `প্রিয় ${holderName},`,
    registered: (eventName) => `আপনার নিবন্ধন সম্পন্ন হয়েছে: ${eventName}।`,
    doorsOpen: (time) => `গেট খুলবে ${time}-এ`,
    timesAreOf: (zone) => `সব সময় ${zone} অনুযায়ী।`,
    linkFollows: "আপনার টিকিট দেখুন, অথবা পিডিএফ ডাউনলোড করুন:",
    showTickets: "আমার টিকিট দেখুন",
    pdf: {
      attached: "সংযুক্ত পিডিএফে প্রতিটি দিনের জন্য একটি করে পাতা আছে, প্রতিটিতে আলাদা বারকোড।",
      "behind-link": "লিংকের পিডিএফে প্রতিটি দিনের জন্য একটি করে পাতা আছে, প্রতিটিতে আলাদা বারকোড।",
    },
    calendar: "সঙ্গের ক্যালেন্ডার ফাইলটি খুললে দিনগুলো আপনার ক্যালেন্ডারে যোগ হবে।",
    entrance: "প্রবেশপথে সেই দিনের বারকোডটি কাগজে বা ফোনে দেখান; একটি বারকোডে একজন একবারই ঢুকতে পারবেন।",
    keepPrivate: "লিংক বা পিডিএফ যার হাতে, টিকিটও তার হাতে: অনুগ্রহ করে এই মেইল অন্য কাউকে পাঠাবেন না।",
  },
  he: {
    subject: (eventName) => `הכרטיסים שלך: ${eventName}`,
    greeting: (holderName) => `שלום ${holderName},`,
    registered: (eventName) => `ההרשמה שלך התקבלה: ${eventName}.`,
    doorsOpen: (time) => `הדלתות נפתחות בשעה ${time}`,
    timesAreOf: (zone) => `כל השעות לפי ${zone}.`,
    linkFollows: "הכרטיסים שלך לצפייה, וכקובץ PDF להורדה:",
    showTickets: "לכרטיסים שלי",
    pdf: {
      attached: "בקובץ ה-PDF המצורף יש עמוד לכל יום, ובכל עמוד ברקוד משלו.",
      "behind-link": "בקובץ ה-PDF שבקישור יש עמוד לכל יום, ובכל עמוד ברקוד משלו.",
    },
    calendar: "קובץ היומן שבהודעה הזאת מוסיף את הימים ליומן שלך.",
    entrance:
      "בכניסה מציגים את הברקוד של אותו יום, על נייר או בטלפון; כל ברקוד מכניס אדם אחד, פעם אחת.",
    keepPrivate: "מי שמחזיק בקישור או ב-PDF מחזיק בכרטיסים שלך: נא לא להעביר את ההודעה הזאת הלאה.",
  },
  ar: {
    subject: (eventName) => `تذاكرك: ${eventName}`,
    greeting: (holderName) => `مرحبًا ${holderName}،`,
    registered: (eventName) => `تم تسجيلك: ${eventName}.`,
    doorsOpen: (time) => `تُفتح الأبواب الساعة ${time}`,
    timesAreOf: (zone) => `جميع الأوقات حسب ${zone}.`,
    linkFollows: "تذاكرك على الشاشة، وملف PDF للتنزيل:",
    showTickets: "عرض تذاكري",
    pdf: {
      attached: "يضم ملف PDF المرفق صفحة لكل يوم، وفي كل صفحة رمزها الخاص.",
      "behind-link": "يضم ملف PDF الموجود في الرابط صفحة لكل يوم، وفي كل صفحة رمزها الخاص.",
    },
    calendar: "يضيف ملف التقويم الذي مع هذه الرسالة الأيام إلى تقويمك.",
    entrance:
      "يُرجى إظهار رمز اليوم عند المدخل، على ورق أو على هاتف؛ يسمح كل رمز بدخول شخص واحد مرة واحدة.",
    keepPrivate: "من يملك الرابط أو ملف PDF يملك تذاكرك: يُرجى عدم إعادة توجيه هذه الرسالة.",
  },
};
