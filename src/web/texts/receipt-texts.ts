import type { Language } from "../../language/language.ts";

/** What the receipt of a sale says that has ended. Counts, instants and durations come in words. */
export interface ReceiptTexts {
  /** Above the headline. */
  readonly receipt: string;
  readonly sale: (number: string, count: string) => string;
  readonly fullIn: (seats: string, duration: string) => string;
  /** Where seats were left. */
  readonly outOf: (count: string, seats: string) => string;
  readonly fullLead: (opening: string) => string;
  readonly closedLead: (opening: string) => string;
  readonly emptyLead: (opening: string) => string;
  readonly chart: string;
  readonly chartLabel: (from: string, to: string, most: string) => string;
  readonly eachBar: (duration: string) => string;
  readonly later: (seats: string) => string;
  readonly facts: string;
  readonly opened: string;
  readonly firstSeat: string;
  readonly lastSeat: string;
  readonly full: string;
  readonly closed: string;
  readonly most: string;
  readonly places: string;
  readonly drawn: string;
  readonly verified: string;
  readonly placesNote: string;
  readonly check: string;
  readonly save: string;
  readonly anyone: string;
  readonly organiser: string;
  readonly checkNote: string;
  readonly list: string;
  readonly key: (version: string) => string;
  readonly ahead: {
    readonly title: string;
    readonly detail: string;
    readonly toEvent: string;
  };
}

const en: ReceiptTexts = {
  receipt: "Receipt",
  sale: (number, count) => `Registration ${number} of ${count}`,
  fullIn: (seats, duration) => `${seats} in ${duration}`,
  outOf: (count, seats) => `${count} of ${seats}`,
  fullLead: (opening) =>
    `Registration opened on ${opening}. Each seat went to a person with a phone of their own, until none was left. These are the numbers, signed, so that nobody can change them afterwards.`,
  closedLead: (opening) =>
    `Registration opened on ${opening}. Each seat went to a person with a phone of their own, and some were left at the end. These are the numbers, signed, so that nobody can change them afterwards.`,
  emptyLead: (opening) =>
    `Registration opened on ${opening}, and no seat was given out until it closed. That, too, is signed, so that nobody can change it afterwards.`,
  chart: "Seats given out, minute by minute",
  chartLabel: (from, to, most) => `Seats per minute from ${from} to ${to}; at most ${most}`,
  eachBar: (duration) => `Each bar is ${duration}.`,
  later: (seats) => `The picture shows the first day; ${seats} came later.`,
  facts: "What happened when",
  opened: "Opened",
  firstSeat: "First seat",
  lastSeat: "Last seat",
  full: "Last seat, and full from then on",
  closed: "Closed",
  most: "Most in one minute",
  places: "Places in the waiting line",
  drawn: "Of these, drawn at the opening",
  verified: "Of the drawn, for a confirmed phone",
  placesNote:
    "A phone has one place at a time. A place that was not used in time goes to the end of the line and counts again. Where no confirmed phone was asked for, a place cost the phone a short computation.",
  check: "How to check it",
  save: "Save the signed statement",
  anyone: "Anyone can see that it stands as it was signed:",
  organiser: "With the organiser's list, every seat and its instant is checked against it:",
  checkNote:
    "The commands are part of Floodgate, the open-source software of this registration. The list names people and stays private. Its fingerprint stands here, so that a list that was changed later shows. The key is the one that signs the tickets.",
  list: "Fingerprint of the list (SHA-256)",
  key: (version) => `Key ${version} (Ed25519)`,
  ahead: {
    title: "No receipt yet",
    detail:
      "This registration goes on, or has only just closed. Its receipt stands here when it is full, or a minute after the closing.",
    toEvent: "To the event",
  },
};

const bn: ReceiptTexts = {
  receipt: "প্রমাণপত্র",
  sale: (number, count) => `${count}টি নিবন্ধনের ${number} নম্বর`,
  fullIn: (seats, duration) => `${seats} পূর্ণ হতে লেগেছে ${duration}`,
  outOf: (count, seats) => `${seats}ের মধ্যে ${count}টি`,
  fullLead: (opening) =>
    `নিবন্ধন শুরু হয়েছিল ${opening}। প্রতিটি আসন পেয়েছেন নিজের ফোন থাকা একজন মানুষ, শেষ আসনটি পর্যন্ত। এগুলোই সেই সংখ্যা, স্বাক্ষর করা, যাতে পরে কেউ বদলাতে না পারে।`,
  closedLead: (opening) =>
    `নিবন্ধন শুরু হয়েছিল ${opening}। প্রতিটি আসন পেয়েছেন নিজের ফোন থাকা একজন মানুষ, আর শেষে কিছু আসন খালি ছিল। এগুলোই সেই সংখ্যা, স্বাক্ষর করা, যাতে পরে কেউ বদলাতে না পারে।`,
  emptyLead: (opening) =>
    `নিবন্ধন শুরু হয়েছিল ${opening}, আর বন্ধ হওয়া পর্যন্ত কোনো আসন দেওয়া হয়নি। সেটিও স্বাক্ষর করা, যাতে পরে কেউ বদলাতে না পারে।`,
  chart: "মিনিটে মিনিটে দেওয়া আসন",
  chartLabel: (from, to, most) => `${from} থেকে ${to} পর্যন্ত প্রতি মিনিটের আসন; সর্বোচ্চ ${most}`,
  eachBar: (duration) => `প্রতিটি দণ্ড মানে ${duration}।`,
  later: (seats) => `ছবিটি প্রথম দিনের; পরে দেওয়া হয়েছে ${seats}।`,
  facts: "কখন কী হয়েছে",
  opened: "শুরু",
  firstSeat: "প্রথম আসন",
  lastSeat: "শেষ আসন",
  full: "শেষ আসন, তখন থেকে পূর্ণ",
  closed: "বন্ধ",
  most: "এক মিনিটে সর্বোচ্চ",
  places: "অপেক্ষার সারিতে স্থান",
  drawn: "এর মধ্যে শুরুতে লটারিতে ঠিক হওয়া",
  verified: "লটারির স্থানের মধ্যে যাচাই করা ফোনে",
  placesNote:
    "একটি ফোনের একসঙ্গে একটিই স্থান থাকে। সময়মতো ব্যবহার না করলে স্থানটি সারির শেষে যায় এবং আবার গোনা হয়। যেখানে যাচাই করা ফোন চাওয়া হয়নি, সেখানে স্থানের জন্য ফোনকে ছোট একটি গণনা করতে হয়েছে।",
  check: "কীভাবে যাচাই করবেন",
  save: "স্বাক্ষরিত বিবৃতি নামান",
  anyone: "এটি যেমন স্বাক্ষর করা হয়েছিল তেমনই আছে কি না, যে কেউ দেখতে পারেন:",
  organiser: "আয়োজকের তালিকা থাকলে প্রতিটি আসন ও তার সময় মিলিয়ে দেখা যায়:",
  checkNote:
    "নির্দেশগুলো ফ্লাডগেটের অংশ, যা এই নিবন্ধনের মুক্ত সফটওয়্যার। তালিকায় মানুষের নাম আছে, তাই তা গোপন থাকে। তার আঙুলের ছাপ এখানে দেওয়া আছে, যাতে পরে বদলানো তালিকা ধরা পড়ে। টিকিটও এই চাবি দিয়েই স্বাক্ষর করা।",
  list: "তালিকার আঙুলের ছাপ (SHA-256)",
  key: (version) => `চাবি ${version} (Ed25519)`,
  ahead: {
    title: "প্রমাণপত্র এখনও হয়নি",
    detail:
      "এই নিবন্ধন চলছে, বা এইমাত্র বন্ধ হয়েছে। আসন পূর্ণ হলে, বা বন্ধ হওয়ার এক মিনিট পরে, প্রমাণপত্রটি এখানে থাকবে।",
    toEvent: "অনুষ্ঠানের পাতায়",
  },
};

const he: ReceiptTexts = {
  receipt: "קבלה",
  sale: (number, count) => `הרשמה ${number} מתוך ${count}`,
  fullIn: (seats, duration) => `${seats} בתוך ${duration}`,
  outOf: (count, seats) => `${count} מתוך ${seats}`,
  fullLead: (opening) =>
    `ההרשמה נפתחה ב${opening}. כל מקום ניתן לאדם עם טלפון משלו, עד שלא נותר אף מקום. אלה המספרים, חתומים, כדי שאיש לא יוכל לשנות אותם אחר כך.`,
  closedLead: (opening) =>
    `ההרשמה נפתחה ב${opening}. כל מקום ניתן לאדם עם טלפון משלו, ובסוף נותרו מקומות. אלה המספרים, חתומים, כדי שאיש לא יוכל לשנות אותם אחר כך.`,
  emptyLead: (opening) =>
    `ההרשמה נפתחה ב${opening}, ועד הסגירה לא ניתן אף מקום. גם זה חתום, כדי שאיש לא יוכל לשנות אותו אחר כך.`,
  chart: "מקומות שניתנו, דקה אחר דקה",
  chartLabel: (from, to, most) => `מקומות לדקה, מ־${from} עד ${to}; לכל היותר ${most}`,
  eachBar: (duration) => `כל עמודה היא ${duration}.`,
  later: (seats) => `התמונה מראה את היום הראשון; אחריו ניתנו ${seats}.`,
  facts: "מה קרה ומתי",
  opened: "פתיחה",
  firstSeat: "המקום הראשון",
  lastSeat: "המקום האחרון",
  full: "המקום האחרון, ומאז מלא",
  closed: "סגירה",
  most: "הכי הרבה בדקה אחת",
  places: "מקומות בתור",
  drawn: "מתוכם הוגרלו בפתיחה",
  verified: "מתוך המוגרלים, תמורת טלפון מאומת",
  placesNote:
    "לכל טלפון מקום אחד בכל רגע. מקום שלא נוצל בזמן עובר לסוף התור ונספר שוב. היכן שלא נדרש טלפון מאומת, המקום עלה לטלפון בחישוב קצר.",
  check: "איך בודקים",
  save: "שמירת ההצהרה החתומה",
  anyone: "כל אחד יכול לראות שהיא עומדת כפי שנחתמה:",
  organiser: "עם הרשימה של המארגנים אפשר להשוות כל מקום ואת הרגע שבו ניתן:",
  checkNote:
    "הפקודות הן חלק מ־Floodgate, תוכנת הקוד הפתוח של ההרשמה הזאת. הרשימה מכילה שמות של אנשים ונשארת פרטית. טביעת האצבע שלה מופיעה כאן, כך שרשימה ששונתה אחר כך תתגלה. המפתח הוא זה שחותם על הכרטיסים.",
  list: "טביעת האצבע של הרשימה (SHA-256)",
  key: (version) => `מפתח ${version} (Ed25519)`,
  ahead: {
    title: "עדיין אין קבלה",
    detail:
      "ההרשמה הזאת נמשכת, או שזה עתה נסגרה. הקבלה תופיע כאן כשכל המקומות יתמלאו, או דקה אחרי הסגירה.",
    toEvent: "לאירוע",
  },
};

const ar: ReceiptTexts = {
  receipt: "إيصال",
  sale: (number, count) => `التسجيل ${number} من ${count}`,
  fullIn: (seats, duration) => `${seats} خلال ${duration}`,
  outOf: (count, seats) => `${count} من أصل ${seats}`,
  fullLead: (opening) =>
    `فُتح التسجيل ${opening}. ذهب كل مقعد إلى شخص له هاتفه، إلى أن لم يبقَ مقعد. هذه هي الأرقام، موقّعة حتى لا يستطيع أحد تغييرها بعد ذلك.`,
  closedLead: (opening) =>
    `فُتح التسجيل ${opening}. ذهب كل مقعد إلى شخص له هاتفه، وبقيت مقاعد في النهاية. هذه هي الأرقام، موقّعة حتى لا يستطيع أحد تغييرها بعد ذلك.`,
  emptyLead: (opening) =>
    `فُتح التسجيل ${opening}، ولم يُمنح أي مقعد حتى الإغلاق. وهذا أيضًا موقّع حتى لا يستطيع أحد تغييره بعد ذلك.`,
  chart: "المقاعد الممنوحة دقيقة بدقيقة",
  chartLabel: (from, to, most) => `المقاعد في الدقيقة من ${from} إلى ${to}؛ الأكثر: ${most}`,
  eachBar: (duration) => `كل عمود يمثل ${duration}.`,
  later: (seats) => `تُظهر الصورة اليوم الأول؛ وما مُنح بعده: ${seats}.`,
  facts: "ماذا حدث ومتى",
  opened: "الافتتاح",
  firstSeat: "أول مقعد",
  lastSeat: "آخر مقعد",
  full: "آخر مقعد، ومنذئذ اكتمل العدد",
  closed: "الإغلاق",
  most: "الأكثر في دقيقة واحدة",
  places: "الأماكن في صف الانتظار",
  drawn: "منها بالقرعة عند الافتتاح",
  verified: "من أماكن القرعة، مقابل هاتف مؤكَّد",
  placesNote:
    "لكل هاتف مكان واحد في كل وقت. المكان الذي لم يُستخدم في وقته ينتقل إلى آخر الصف ويُحسب من جديد. وحيث لم يُطلب هاتف مؤكَّد، كلّف المكان الهاتف عملية حسابية قصيرة.",
  check: "كيف تتحقق منه",
  save: "احفظ البيان الموقّع",
  anyone: "يستطيع أي شخص أن يرى أنه باقٍ كما وُقّع:",
  organiser: "ومع قائمة المنظّم يُقارَن بها كل مقعد ولحظته:",
  checkNote:
    "هذه الأوامر جزء من Floodgate، البرنامج المفتوح المصدر لهذا التسجيل. القائمة فيها أسماء الناس وتبقى خاصة. بصمتها منشورة هنا، فتنكشف أي قائمة غُيّرت لاحقًا. والمفتاح هو نفسه الذي يوقّع التذاكر.",
  list: "بصمة القائمة (SHA-256)",
  key: (version) => `المفتاح ${version} (Ed25519)`,
  ahead: {
    title: "لا إيصال بعد",
    detail:
      "ما زال هذا التسجيل مستمرًا، أو أُغلق للتو. سيظهر إيصاله هنا عندما يكتمل العدد، أو بعد دقيقة من الإغلاق.",
    toEvent: "إلى الفعالية",
  },
};

/** For the server, which draws the page whole. */
export const receiptTexts: Readonly<Record<Language, ReceiptTexts>> = { en, bn, he, ar };
