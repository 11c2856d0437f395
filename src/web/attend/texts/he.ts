import { counter, countText } from "../../../language/counting.ts";
import { he as proof } from "../../texts/proof-texts.ts";
import type { AttendTexts } from "./attend-texts.ts";
import { line } from "./line-he.ts";

const count = counter("he");
const seats = (seatCount: number) =>
  count(seatCount, { one: "מקום אחד", two: "שני מקומות", other: "# מקומות" });

export const texts: AttendTexts = {
  states: {
    scheduled: "עדיין לא נפתח",
    verifying: "נפתח בקרוב",
    lobby: "חדר המתנה",
    open: "פתוח עכשיו",
    paused: "בהפסקה",
    full: "כל המקומות נתפסו",
    closed: "הסתיים",
  },
  seats,
  seatsLeft: (seatCount) =>
    count(seatCount, {
      one: "נותר מקום אחד",
      two: "נותרו שני מקומות",
      other: "נותרו # מקומות",
    }),
  seatsTaken: "מקומות שנתפסו",
  stepOf3: (step) => `שלב ${countText(step, "he")} מתוך 3`,

  opensIn: "נפתח בעוד",
  opensInWait: (wait) => `נפתח בעוד ${wait}`,
  whereYouAre: (instant) => `${instant} אצלך`,
  scheduled: {
    title: "ההרשמה נפתחת בקרוב",
    opening: (seatCount, instant) => `${seats(seatCount)}, ${instant}.`,
    verifying: (instant) =>
      `אפשר לאמת את הטלפון החל מ${instant}. מי שאימת יזדקק ללחיצה אחת בפתיחה.`,
    keepPage: "העמוד ייפתח מעצמו; אין צורך לטעון אותו שוב.",
  },
  early: {
    title: "אימות הטלפון כבר עכשיו",
    lead: (instant) => `ההרשמה נפתחת ב${instant}. אחרי אימות הטלפון עכשיו, תספיק לחיצה אחת.`,
    readyTitle: "הכול מוכן",
    readyLead: "הטלפון אומת. נשאר למלא את הפרטים, לחזור בשעת הפתיחה וללחוץ פעם אחת.",
  },
  line,
  paused: "המארגנים עצרו את ההרשמה לרגע. אפשר להמשיך: מה שיישלח ימתין ויעבור מעצמו.",
  full: {
    title: (seatCount) =>
      count(seatCount, {
        one: "המקום היחיד נתפס",
        two: "שני המקומות נתפסו",
        other: "כל # המקומות נתפסו",
      }),
    none: "לא תהיה הרשמה נוספת לאירוע הזה.",
    next: (seatCount, instant) => `הסבב הבא: ${seats(seatCount)}, ${instant}.`,
    holder: "כבר נרשמת? המקום שלך שמור, והכרטיס במרחק קוד אחד.",
  },
  closed: {
    title: "ההרשמה הסתיימה",
    lead: "תודה לכל מי שהגיעו. מי שיש לו כרטיס יכול לקבל אותו כאן שוב.",
  },

  phone: {
    title: "קבלת כרטיס",
    lead: "נשלח קוד לטלפון. טלפון אחד, כרטיס אחד, ללא תשלום.",
    label: "מספר נייד",
    country: "מדינה",
    note: "הקוד יגיע למספר הזה במסרון.",
    recoverNote: "המספר שבו נרשמת.",
    send: "שלחו לי קוד",
  },
  code: {
    title: "מה הקוד?",
    sentTo: "שלחנו אותו אל",
    recoverSentTo: "אם למספר הזה יש כרטיס, קוד בדרך אליו:",
    changeNumber: "החלפת המספר",
    label: "קוד בן שש ספרות",
    goodFor: (wait) => `בתוקף עוד ${wait}.`,
    mayHaveRunOut: "ייתכן שתוקפו כבר פג.",
    triesLeft: (tries) =>
      count(tries, {
        one: "נותר ניסיון אחד.",
        two: "נותרו שני ניסיונות.",
        other: "נותרו # ניסיונות.",
      }),
    confirm: "אישור",
    noMessage: "המסרון לא הגיע?",
    leavesIn: (wait) => `נשלחים עכשיו קודים רבים. שלך יוצא בעוד ${wait} בערך.`,
    sendAgain: "שליחה חוזרת",
    sendAgainIn: (wait) => `שליחה חוזרת בעוד ${wait}`,
  },
  details: {
    title: "מי מגיע?",
    lead: "הטלפון אומת. זה השלב האחרון.",
    otherPhone: "שימוש בטלפון אחר",
    name: "השם שלך",
    nameNote: "כפי שיופיע בכרטיס, בכל כתב.",
    email: "דואר אלקטרוני",
    emailNote: "הכרטיסים יישלחו גם לשם, כקובץ PDF.",
    send: "קבלת הכרטיס שלי",
  },
  done: {
    title: "המקום שלך",
    holderTitle: "הנה הכרטיס שלך",
    number: "המספר שלך",
    lead: "הכרטיסים יגיעו גם במסרון ובדואר.",
    holderLead: "לטלפון הזה כבר יש מקום, והוא נשאר שלך.",
    open: "פתיחת הכרטיס",
    download: "הורדת ה־PDF",
    another: "רישום טלפון נוסף",
  },
  recover: {
    title: "שחזור הכרטיס",
    lead: "נשלח קוד לטלפון שבו נרשמת, ואז הכרטיס ייפתח.",
    lost: "הכרטיס אבד?",
    getBack: "שחזור הכרטיס",
    noTicket: "עוד אין לך כרטיס?",
    backToRegistration: "חזרה להרשמה",
  },
  retry: {
    tryAgainIn: (wait) => `אפשר לנסות שוב בעוד ${wait}.`,
    tryingAgainIn: (wait) => `ננסה שוב בעוד ${wait}.`,
    keepTrying: "אנחנו ממשיכים לנסות.",
    tryNow: "לנסות עכשיו",
    stop: "להפסיק לנסות",
  },
  proof,
  problems: {
    not_open: "ההרשמה עדיין לא נפתחה. אפשר להשאיר את העמוד; הוא ייפתח מעצמו.",
    sale_full: "כל המקומות חולקו. אם אחד מהם שלך, אפשר לשחזר את הכרטיס למטה.",
    sale_closed: "ההרשמה הזאת נסגרה. אם יש לך מקום, אפשר לשחזר את הכרטיס למטה.",
    sale_paused: "המארגנים עצרו את ההרשמה לרגע.",
    sale_not_ended: "ההרשמה הזאת עדיין פתוחה, או שנסגרה זה עתה.",
    already_corrected: "כתובת הדואר של הכרטיס הזה כבר תוקנה; אפשר לתקן פעם אחת.",

    invalid_phone: "זה לא נראה כמו מספר טלפון. אולי חסרה ספרה?",
    country_not_served: "איננו יכולים לשלוח קוד למדינה הזאת. כדאי לנסות מספר ממדינה אחרת.",
    invalid_name: "נא לכתוב את השם באותיות, עד 80, בלי קישורים.",
    invalid_email: "זו לא נראית כתובת דואר, כמו name@example.org.",
    invalid_body: "משהו בטופס לא הובן. נא לבדוק כל שדה ולנסות שוב.",

    code_wrong: "זה לא הקוד ששלחנו.",
    code_incomplete: "בקוד יש שש ספרות.",
    code_expired: "תוקף הקוד פג. אפשר לבקש חדש; הוא יגיע לאותו טלפון.",
    code_exhausted: "היו יותר מדי ניסיונות שגויים. אפשר לבקש קוד חדש.",
    challenge_invalid: "אי אפשר עוד להשתמש בקוד הזה. אפשר לבקש חדש.",
    verification_invalid: "נא לאמת את הטלפון פעם נוספת.",
    resend_too_soon: "קוד נשלח לטלפון הזה לפני רגע.",
    rate_limited: "היו הרבה בקשות בזמן קצר. נא להמתין מעט.",

    proof_required: "הדפדפן צריך להראות שאינו רובוט. נא לטעון את העמוד שוב.",
    proof_invalid: "בדיקת הרובוטים נכשלה. נא לטעון את העמוד שוב.",
    pass_required: "יש תור. קודם צריך לתפוס בו מקום.",
    pass_invalid: "המקום שלך בתור לא זוהה. נא לתפוס אותו שוב.",
    not_your_turn: "עוד לא הגיע תורך. אפשר להשאיר את העמוד; הוא ימשיך מעצמו.",

    overloaded: "המון אנשים כאן בבת אחת. מה שהוקלד נשמר.",
    draining: "השירות מתחלף כרגע. מה שהוקלד נשמר.",
    gateway_unavailable: "המסרונים מתעכבים כרגע. מה שהוקלד נשמר.",
    timeout: "זה נמשך יותר מדי. מה שהוקלד נשמר; אפשר לנסות שוב.",
    unreachable: "אין חיבור לרשת. מה שהוקלד נשמר.",
    internal: "משהו השתבש אצלנו. מה שהוקלד נשמר; אפשר לנסות שוב.",

    cross_site: "נא לפתוח את העמוד מכתובתו ולנסות שוב.",
    origin_unproven: "נא לפתוח את העמוד מכתובתו ולנסות שוב.",
    not_found: "האירוע כבר לא כאן. אפשר לעיין ברשימת האירועים.",
    method_not_allowed: "העמוד אינו מעודכן. נא לטעון אותו שוב.",
    unsupported_media_type: "העמוד אינו מעודכן. נא לטעון אותו שוב.",
    body_too_large: "הטקסט ארוך מדי. נא לקצר ולנסות שוב.",
    uri_too_long: "כתובת העמוד פגומה. אפשר לפתוח אותו מרשימת האירועים.",
  },
};
