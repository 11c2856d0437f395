import type { Counted } from "../../language/counting.ts";
import type { PageTexts } from "./page-texts.ts";

export const texts: PageTexts = {
  language: "اللغة",
  index: {
    title: "الفعاليات",
    none: "لا توجد فعاليات بعد. عُد إلينا قريبًا.",
    opens: (instant) => `يُفتح ${instant}`,
  },
  attend: {
    registration: "التسجيل",
    doors: (time) => `الدخول ${time}`,
    scriptsOff: "البرامج النصية متوقفة",
    scriptsOffLead:
      "للتسجيل ترسل هذه الصفحة رمزًا إلى هاتفك وتنتظر أن تكتبه. يتطلب ذلك JavaScript؛ شغّله من فضلك أو استخدم متصفحًا آخر.",
    scriptsOffLine: "وهناك طابور انتظار تحفظ هذه الصفحة مكانك فيه وتخبرك حين يأتي دورك.",
    sales: "مواعيد توزيع المقاعد",
  },
  ticket: {
    ticketOf: "تذكرة",
    download: "تنزيل ملف PDF",
    dayOf: (day, dayCount) => `اليوم ${day} من ${dayCount}`,
    doors: "فتح الأبواب",
    number: "التذكرة",
    name: "الاسم",
    venue: "المكان",
    qrCode: (date) => `رمز QR ليوم ${date}`,
    barcode: (date) => `الرمز الشريطي ليوم ${date}`,
    atTheGate: "عند البوابة ارفع سطوع الشاشة إلى أقصاه. لا حاجة إلى الشبكة هناك.",
    foot: "من يُظهر الرمز أولًا يدخل به، مرة واحدة في اليوم. احتفظ بعنوان هذه الصفحة لنفسك.",
    sms: "رسالة نصية",
    mail: "البريد",
  },
  delivery: {
    states: {
      queued: "في الطريق",
      sent: "أُرسلت",
      delivered: "وصلت",
      failed: "تعذّر التسليم",
      unknown: "أُرسلت دون إشعار بالوصول",
    },
    queuedBehind: {
      zero: "في الطريق",
      one: "في الطريق، قبلها رسالة واحدة",
      two: "في الطريق، قبلها رسالتان",
      few: "في الطريق، قبلها # رسائل",
      many: "في الطريق، قبلها # رسالة",
      other: "في الطريق، قبلها # رسالة",
    } satisfies Counted<"ar">,
    comma: "، ",
    about: "المدة تقريبًا #",
    underMinute: "أقل من دقيقة",
  },
  problem: {
    toEvents: "إلى الفعاليات",
    missing: {
      title: "غير موجود",
      detail: "لا شيء في هذا العنوان. تحقّق من أن الرابط كامل.",
    },
    busy: {
      title: "ازدحام شديد",
      detail: "عدد كبير جدًا من الناس هنا الآن. حمّل الصفحة من جديد بعد قليل.",
    },
    broken: {
      title: "لم ينجح ذلك",
      detail: "حاول مجددًا. وإن تكرر الخلل فأخبر المنظّم.",
    },
  },
};
