import { counter, countText } from "../../../language/counting.ts";
import { ar as proof } from "../../texts/proof-texts.ts";
import type { AttendTexts } from "./attend-texts.ts";
import { line } from "./line-ar.ts";

const count = counter("ar");
const seats = (seatCount: number) =>
  count(seatCount, {
    zero: "# مقعد",
    one: "مقعد واحد",
    two: "مقعدان",
    few: "# مقاعد",
    many: "# مقعدًا",
    other: "# مقعد",
  });

export const texts: AttendTexts = {
  states: {
    scheduled: "لم يُفتح بعد",
    verifying: "يُفتح قريبًا",
    lobby: "غرفة الانتظار",
    open: "مفتوح الآن",
    paused: "متوقف مؤقتًا",
    full: "نفدت المقاعد",
    closed: "انتهى",
  },
  seats,
  seatsLeft: (seatCount) => `المتبقي ${seats(seatCount)}`,
  seatsTaken: "المقاعد المحجوزة",
  stepOf3: (step) => `الخطوة ${countText(step, "ar")} من ٣`,

  opensIn: "يُفتح بعد",
  opensInWait: (wait) => `يُفتح بعد ${wait}`,
  whereYouAre: (instant) => `${instant} بتوقيتك`,
  scheduled: {
    title: "يُفتح التسجيل قريبًا",
    opening: (seatCount, instant) => `${seats(seatCount)}، ${instant}.`,
    verifying: (instant) =>
      `يمكنك تأكيد هاتفك ابتداءً من ${instant}. من أكّده تكفيه نقرة واحدة عند الافتتاح.`,
    keepPage: "تُفتح هذه الصفحة وحدها، ولا حاجة إلى تحميلها من جديد.",
  },
  early: {
    title: "أكّد هاتفك الآن",
    lead: (instant) => `يُفتح التسجيل ${instant}. أكّد هاتفك الآن وتكفيك حينها نقرة واحدة.`,
    readyTitle: "أنت جاهز",
    readyLead: "تأكّد هاتفك. املأ البيانات، ثم عُد عند الافتتاح وانقر مرة واحدة.",
  },
  line,
  paused: "أوقف المنظّم التسجيل مؤقتًا. تابع مع ذلك: ما ترسله ينتظر ثم يصل وحده.",
  full: {
    title: (seatCount) => `نفدت المقاعد كلها: ${seats(seatCount)}`,
    none: "لن يكون هناك تسجيل آخر لهذه الفعالية.",
    next: (seatCount, instant) => `الدفعة التالية: ${seats(seatCount)}، ${instant}.`,
    holder: "هل سجّلت من قبل؟ مقعدك محفوظ، وتذكرتك على بُعد رمز واحد.",
  },
  closed: {
    title: "انتهى التسجيل",
    lead: "شكرًا لكل من زارنا. إن كانت لديك تذكرة فيمكنك استعادتها هنا.",
  },

  phone: {
    title: "احصل على تذكرتك",
    lead: "نرسل رمزًا إلى هاتفك. لكل هاتف تذكرة واحدة، مجانًا.",
    label: "رقم الجوال",
    country: "البلد",
    note: "يصل الرمز إلى هذا الرقم برسالة نصية.",
    recoverNote: "الرقم الذي سجّلت به.",
    send: "أرسلوا لي الرمز",
  },
  code: {
    title: "أدخل الرمز",
    sentTo: "أرسلناه إلى",
    recoverSentTo: "إن كانت لهذا الرقم تذكرة، فالرمز في الطريق إليه:",
    changeNumber: "تغيير الرقم",
    label: "رمز من ستة أرقام",
    goodFor: (wait) => `صالح لمدة ${wait}.`,
    mayHaveRunOut: "ربما انتهت صلاحيته الآن.",
    triesLeft: (tries) =>
      count(tries, {
        zero: "لم تبقَ أي محاولة.",
        one: "بقيت محاولة واحدة.",
        two: "بقيت محاولتان.",
        few: "بقيت # محاولات.",
        many: "بقيت # محاولة.",
        other: "بقيت # محاولة.",
      }),
    confirm: "تأكيد",
    noMessage: "لم تصل الرسالة؟",
    leavesIn: (wait) => `تُرسل الآن رموز كثيرة. الوقت حتى إرسال رمزك تقريبًا: ${wait}.`,
    sendAgain: "إعادة الإرسال",
    sendAgainIn: (wait) => `إعادة الإرسال بعد ${wait}`,
  },
  details: {
    title: "من القادم؟",
    lead: "تأكّد هاتفك. هذه هي الخطوة الأخيرة.",
    otherPhone: "استخدام هاتف آخر",
    name: "اسمك",
    nameNote: "كما تريده على التذكرة، بأي حروف.",
    email: "البريد الإلكتروني",
    emailNote: "تصل التذاكر إليه أيضًا بصيغة PDF.",
    send: "احصل على تذكرتي",
  },
  done: {
    title: "مقعدك محجوز",
    holderTitle: "هذه تذكرتك",
    number: "رقمك",
    lead: "تصلك التذاكر أيضًا برسالة نصية وبالبريد.",
    holderLead: "لهذا الهاتف مقعد من قبل، وهو باقٍ لك.",
    open: "افتح تذكرتي",
    download: "تنزيل ملف PDF",
    another: "تسجيل هاتف آخر",
  },
  recover: {
    title: "استعادة التذكرة",
    lead: "نرسل رمزًا إلى الهاتف الذي سجّلت به، ثم تُفتح تذكرتك.",
    lost: "هل فقدت تذكرتك؟",
    getBack: "استعدها",
    noTicket: "ليست لديك تذكرة بعد؟",
    backToRegistration: "العودة إلى التسجيل",
  },
  retry: {
    tryAgainIn: (wait) => `حاول مجددًا بعد ${wait}.`,
    tryingAgainIn: (wait) => `نعيد المحاولة بعد ${wait}.`,
    keepTrying: "نواصل المحاولة تلقائيًا.",
    tryNow: "حاول الآن",
    stop: "أوقف المحاولة",
  },
  proof,
  problems: {
    not_open: "لم يُفتح التسجيل بعد. أبقِ هذه الصفحة، فهي تُفتح وحدها.",
    sale_full: "وُزّعت المقاعد كلها. إن كان لك مقعد فاستعد تذكرتك في الأسفل.",
    sale_closed: "أُغلق هذا التسجيل. إن كان لك مقعد فاستعد تذكرتك في الأسفل.",
    sale_paused: "أوقف المنظّم التسجيل لحظات.",
    sale_not_ended: "ما زال هذا التسجيل مفتوحًا، أو أُغلق للتو.",
    already_corrected: "سبق تصحيح عنوان بريد هذه التذكرة، ولا يمكن ذلك إلا مرة واحدة.",

    invalid_phone: "لا يبدو هذا رقم هاتف. هل ينقصه رقم؟",
    country_not_served: "لا يمكننا إرسال رمز إلى ذلك البلد. جرّب رقمًا من بلد آخر.",
    invalid_name: "اكتب اسمك بالحروف، ٨٠ حرفًا على الأكثر، دون روابط.",
    invalid_email: "لا يبدو هذا عنوان بريد، مثل name@example.org.",
    invalid_body: "لم نفهم شيئًا في النموذج. راجع كل خانة وحاول مجددًا.",

    code_wrong: "ليس هذا هو الرمز الذي أرسلناه.",
    code_incomplete: "الرمز مكوّن من ستة أرقام.",
    code_expired: "انتهت صلاحية الرمز. اطلب رمزًا جديدًا يصل إلى الهاتف نفسه.",
    code_exhausted: "أُدخلت رموز خاطئة كثيرة. اطلب رمزًا جديدًا.",
    challenge_invalid: "لم يعد هذا الرمز صالحًا. اطلب رمزًا جديدًا.",
    verification_invalid: "من فضلك أكّد هاتفك مرة أخرى.",
    resend_too_soon: "أُرسل رمز إلى هذا الهاتف قبل لحظات.",
    rate_limited: "محاولات كثيرة في وقت قصير. انتظر قليلًا من فضلك.",

    proof_required: "على متصفحك أن يثبت أنه ليس آليًا. حمّل الصفحة من جديد.",
    proof_invalid: "تعذّر التحقق من أنك لست آليًا. حمّل الصفحة من جديد.",
    pass_required: "هناك طابور انتظار. خذ مكانًا فيه أولًا.",
    pass_invalid: "لم نتعرّف على مكانك في الطابور. خذه مرة أخرى من فضلك.",
    not_your_turn: "لم يحن دورك بعد. أبقِ هذه الصفحة، فهي تتابع وحدها.",

    overloaded: "عدد كبير جدًا من الناس هنا الآن. ما كتبته محفوظ.",
    draining: "يجري تبديل الخادم. ما كتبته محفوظ.",
    gateway_unavailable: "الرسائل النصية متأخرة حاليًا. ما كتبته محفوظ.",
    timeout: "استغرق ذلك وقتًا طويلًا. ما كتبته محفوظ، فحاول مجددًا.",
    unreachable: "لا يوجد اتصال بالشبكة. ما كتبته محفوظ.",
    internal: "حدث خلل لدينا. ما كتبته محفوظ، فحاول مجددًا.",

    cross_site: "افتح هذه الصفحة من عنوانها ثم حاول مجددًا.",
    origin_unproven: "افتح هذه الصفحة من عنوانها ثم حاول مجددًا.",
    not_found: "لم تعد هذه الفعالية هنا. ألقِ نظرة على قائمة الفعاليات.",
    method_not_allowed: "هذه الصفحة قديمة. حمّلها من جديد.",
    unsupported_media_type: "هذه الصفحة قديمة. حمّلها من جديد.",
    body_too_large: "النص أطول مما يتسع له المكان. اختصره وحاول مجددًا.",
    uri_too_long: "عنوان الصفحة تالف. افتحها من قائمة الفعاليات.",
  },
};
