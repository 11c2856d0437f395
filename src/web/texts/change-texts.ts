import type { Language } from "../../language/language.ts";

/** What the ticket page says around a mail that did not come; labels it shares with the form are the form's. */
export interface ChangeTexts {
  readonly summary: string;
  readonly mailLead: string;
  readonly mailSend: string;
  readonly correct: string;
  readonly correctLead: string;
  readonly needsScripts: string;
  readonly newEmail: string;
  readonly newEmailNote: string;
  readonly codeNote: string;
  readonly change: string;
  readonly said: ChangeWords;
}

/** Plain data, so that the page can hand it to its script. */
export interface ChangeWords {
  readonly mailQueued: string;
  readonly mailLast: string;
  readonly mailTooOften: string;
  readonly mailGone: string;
  readonly notOfTicket: string;
  readonly moved: string;
}

export const changeTexts: Readonly<Record<Language, ChangeTexts>> = {
  en: {
    summary: "Mail did not arrive?",
    mailLead: "Look among the spam as well. We can send it once more, up to three times a day.",
    mailSend: "Send it again",
    correct: "Correct the address",
    correctLead:
      "A mistyped address can be corrected once, with a code to your phone. Your ticket then gets a new link, and this one stops working.",
    needsScripts: "Correcting the address needs JavaScript. Please switch it on.",
    newEmail: "The right address",
    newEmailNote: "Your tickets go there, as a PDF.",
    codeNote: "If this is the ticket's number, a code is on its way to it.",
    change: "Change the address",
    said: {
      mailQueued: "It is on its way.",
      mailLast: "It is on its way, the third and last one for today.",
      mailTooOften: "A mail is still on its way, or you have had three within a day.",
      mailGone: "This ticket has a newer link. Open the one in our newest SMS.",
      notOfTicket: "This number does not belong to this ticket, or the ticket has a newer link.",
      moved: "Done. Your ticket is at its new link.",
    },
  },
  bn: {
    summary: "মেইল আসেনি?",
    mailLead: "স্প্যাম ফোল্ডারেও দেখুন। আমরা আবার পাঠাতে পারি, দিনে তিনবার পর্যন্ত।",
    mailSend: "আবার পাঠান",
    correct: "ঠিকানা ঠিক করুন",
    correctLead:
      "ভুল লেখা ঠিকানা একবার ঠিক করা যায়; আপনার ফোনে একটি কোড যাবে। এরপর টিকিটের নতুন লিংক হবে, আর এই লিংক আর চলবে না।",
    needsScripts: "ঠিকানা ঠিক করতে জাভাস্ক্রিপ্ট লাগে। অনুগ্রহ করে চালু করুন।",
    newEmail: "সঠিক ঠিকানা",
    newEmailNote: "টিকিটের পিডিএফ এখানে যাবে।",
    codeNote: "নম্বরটি এই টিকিটের হলে একটি কোড যাচ্ছে।",
    change: "ঠিকানা বদলান",
    said: {
      mailQueued: "মেইল পাঠানো হচ্ছে।",
      mailLast: "মেইল পাঠানো হচ্ছে; আজকের তৃতীয় ও শেষ।",
      mailTooOften: "একটি মেইল এখনও পথে আছে, অথবা এক দিনে তিনটি পাঠানো হয়েছে।",
      mailGone: "এই টিকিটের নতুন লিংক আছে। শেষ এসএমএসের লিংকটি খুলুন।",
      notOfTicket: "নম্বরটি এই টিকিটের নয়, অথবা টিকিটের নতুন লিংক আছে।",
      moved: "হয়ে গেছে। টিকিট এখন নতুন লিংকে।",
    },
  },
  he: {
    summary: "הדואר לא הגיע?",
    mailLead: "כדאי לבדוק גם בדואר הזבל. אפשר לשלוח שוב, עד שלוש פעמים ביום.",
    mailSend: "שליחה חוזרת",
    correct: "תיקון הכתובת",
    correctLead:
      "כתובת שהוקלדה בטעות אפשר לתקן פעם אחת, עם קוד לטלפון. לאחר מכן יהיה לכרטיס קישור חדש, והקישור הזה יפסיק לפעול.",
    needsScripts: "תיקון הכתובת דורש JavaScript. נא להפעיל אותו.",
    newEmail: "הכתובת הנכונה",
    newEmailNote: "הכרטיסים יישלחו לשם, כקובץ PDF.",
    codeNote: "אם זה המספר של הכרטיס, קוד בדרך אליו.",
    change: "החלפת הכתובת",
    said: {
      mailQueued: "הדואר בדרך.",
      mailLast: "הדואר בדרך, השלישי והאחרון להיום.",
      mailTooOften: "דואר עדיין בדרך, או שכבר נשלחו שלושה ביממה.",
      mailGone: "לכרטיס הזה יש קישור חדש יותר. נא לפתוח את הקישור שבמסרון האחרון.",
      notOfTicket: "המספר הזה אינו של הכרטיס, או שלכרטיס יש קישור חדש יותר.",
      moved: "בוצע. הכרטיס נמצא בקישור החדש.",
    },
  },
  ar: {
    summary: "لم يصل البريد؟",
    mailLead: "ابحث في الرسائل غير المرغوبة أيضًا. يمكننا إرساله مجددًا، حتى ثلاث مرات في اليوم.",
    mailSend: "إعادة الإرسال",
    correct: "تصحيح العنوان",
    correctLead:
      "يمكن تصحيح عنوان كُتب خطأً مرة واحدة، برمز يصل إلى هاتفك. بعدها يكون للتذكرة رابط جديد، ويتوقف هذا الرابط عن العمل.",
    needsScripts: "يتطلب تصحيح العنوان JavaScript. شغّله من فضلك.",
    newEmail: "العنوان الصحيح",
    newEmailNote: "تصل التذاكر إليه بصيغة PDF.",
    codeNote: "إن كان هذا رقم التذكرة، فالرمز في الطريق إليه.",
    change: "تغيير العنوان",
    said: {
      mailQueued: "البريد في الطريق.",
      mailLast: "البريد في الطريق، وهو الثالث والأخير لليوم.",
      mailTooOften: "هناك بريد لا يزال في الطريق، أو أُرسلت ثلاثة خلال يوم.",
      mailGone: "لهذه التذكرة رابط أحدث. افتح الرابط الذي في آخر رسالة نصية.",
      notOfTicket: "هذا الرقم ليس رقم التذكرة، أو أن لها رابطًا أحدث.",
      moved: "تم. التذكرة الآن في رابطها الجديد.",
    },
  },
};
