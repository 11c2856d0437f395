import type { Counted } from "../../language/counting.ts";
import type { PageTexts } from "./page-texts.ts";

export const texts: PageTexts = {
  language: "שפה",
  index: {
    title: "אירועים",
    none: "עדיין אין אירועים. כדאי לחזור בקרוב.",
    opens: (instant) => `נפתח ב${instant}`,
  },
  attend: {
    registration: "הרשמה",
    doors: (time) => `כניסה ${time}`,
    scriptsOff: "הסקריפטים כבויים",
    scriptsOffLead:
      "כדי להירשם, העמוד שולח קוד לטלפון וממתין להקלדתו. לשם כך נדרש JavaScript; אפשר להפעיל אותו או להשתמש בדפדפן אחר.",
    scriptsOffLine: "יש גם תור המתנה: העמוד שומר בו את המקום ומודיע כשמגיע התור.",
    sales: "מתי מחולקים המקומות",
  },
  ticket: {
    ticketOf: "כרטיס על שם",
    download: "הורדת ה־PDF",
    dayOf: (day, dayCount) => `יום ${day} מתוך ${dayCount}`,
    doors: "פתיחת שערים",
    number: "כרטיס",
    name: "שם",
    venue: "מקום",
    qrCode: (date) => `קוד QR ל${date}`,
    barcode: (date) => `ברקוד ל${date}`,
    atTheGate: "בכניסה כדאי להגביר את בהירות המסך עד הסוף. אין שם צורך ברשת.",
    foot: "מי שמציג קוד ראשון נכנס איתו, פעם אחת ביום. מומלץ לא למסור את כתובת העמוד לאיש.",
    sms: "מסרון",
    mail: "דואר",
  },
  delivery: {
    states: {
      queued: "בדרך",
      sent: "נשלח",
      delivered: "נמסר",
      failed: "לא ניתן למסור",
      unknown: "נשלח, ללא אישור מסירה",
    },
    queuedBehind: {
      one: "בדרך, הודעה אחת לפניך",
      two: "בדרך, שתי הודעות לפניך",
      other: "בדרך, # הודעות לפניך",
    } satisfies Counted<"he">,
    comma: ", ",
    about: "בערך #",
    underMinute: "פחות מדקה",
  },
  problem: {
    toEvents: "אל האירועים",
    missing: {
      title: "לא נמצא",
      detail: "אין דבר בכתובת הזאת. אולי חסרים תווים בקישור.",
    },
    busy: {
      title: "עמוס מאוד",
      detail: "המון אנשים כאן כרגע. אפשר לטעון את העמוד שוב בעוד רגע.",
    },
    broken: {
      title: "זה לא הצליח",
      detail: "אפשר לנסות שוב. אם זה חוזר, כדאי לספר למארגנים.",
    },
  },
};
