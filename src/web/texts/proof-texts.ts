/** What the form says while a phone works for its request. One export for each language, so that only one is sent. */
export interface ProofTexts {
  readonly working: string;
  readonly slow: string;
  readonly waitInstead: string;
  readonly waiting: string;
  readonly goesIn: (wait: string) => string;
}

export const en: ProofTexts = {
  working: "One moment: your phone is showing that it is not a robot.",
  slow: "This takes long here. You can also wait a minute instead.",
  waitInstead: "Wait instead",
  waiting: "Keep this page open; your request goes out by itself within a minute.",
  goesIn: (wait) => `Still ${wait}.`,
};

export const bn: ProofTexts = {
  working: "এক মুহূর্ত: আপনার ফোন দেখাচ্ছে যে এটি রোবট নয়।",
  slow: "এখানে বেশি সময় লাগছে। চাইলে এর বদলে এক মিনিট অপেক্ষা করতে পারেন।",
  waitInstead: "অপেক্ষা করব",
  waiting: "পাতাটি খোলা রাখুন; এক মিনিটের মধ্যে আপনার অনুরোধ নিজে থেকেই চলে যাবে।",
  goesIn: (wait) => `আর ${wait}।`,
};

export const he: ProofTexts = {
  working: "רק רגע: הטלפון שלך מוכיח שהוא לא רובוט.",
  slow: "זה לוקח כאן הרבה זמן. אפשר גם להמתין דקה במקום זה.",
  waitInstead: "להמתין במקום",
  waiting: "כדאי להשאיר את הדף פתוח; הבקשה תישלח מעצמה בתוך דקה.",
  goesIn: (wait) => `עוד ${wait}.`,
};

export const ar: ProofTexts = {
  working: "لحظة من فضلك: هاتفك يثبت أنه ليس روبوتًا.",
  slow: "يستغرق هذا وقتًا طويلًا هنا. يمكنك أيضًا الانتظار دقيقة بدلًا منه.",
  waitInstead: "سأنتظر",
  waiting: "أبقِ هذه الصفحة مفتوحة؛ سيُرسل طلبك تلقائيًا خلال دقيقة.",
  goesIn: (wait) => `بقي ${wait}.`,
};
