import type { Counted } from "../../language/counting.ts";
import type { PageTexts } from "./page-texts.ts";

export const texts: PageTexts = {
  language: "ভাষা",
  index: {
    title: "অনুষ্ঠান",
    none: "এখনও কোনো অনুষ্ঠান নেই। শিগগিরই আবার আসুন।",
    opens: (instant) => `শুরু ${instant}`,
  },
  attend: {
    registration: "নিবন্ধন",
    doors: (time) => `প্রবেশ ${time}`,
    scriptsOff: "স্ক্রিপ্ট বন্ধ আছে",
    scriptsOffLead:
      "নিবন্ধনের জন্য এই পাতা আপনার ফোনে একটি কোড পাঠায় এবং আপনাকে তা লিখতে হয়। এর জন্য জাভাস্ক্রিপ্ট লাগে; চালু করুন, বা অন্য ব্রাউজার ব্যবহার করুন।",
    scriptsOffLine: "লাইনও থাকে: এই পাতা আপনার জায়গা ধরে রাখে এবং পালা এলে জানায়।",
    sales: "আসন কখন দেওয়া হবে",
  },
  ticket: {
    ticketOf: "টিকিটধারী",
    download: "পিডিএফ নামান",
    dayOf: (day, dayCount) => `${dayCount} দিনের ${day} নম্বর দিন`,
    doors: "প্রবেশ শুরু",
    number: "টিকিট",
    name: "নাম",
    venue: "স্থান",
    qrCode: (date) => `${date}-এর কিউআর কোড`,
    barcode: (date) => `${date}-এর বারকোড`,
    atTheGate: "গেটে পর্দার উজ্জ্বলতা পুরো বাড়িয়ে দিন। সেখানে ইন্টারনেট লাগবে না।",
    foot: "যিনি আগে কোড দেখাবেন তিনিই ঢুকবেন, দিনে একবার। এই পাতার ঠিকানা কাউকে দেবেন না।",
    sms: "এসএমএস",
    mail: "মেইল",
  },
  delivery: {
    states: {
      queued: "পথে আছে",
      sent: "পাঠানো হয়েছে",
      delivered: "পৌঁছেছে",
      failed: "পৌঁছানো যায়নি",
      unknown: "পাঠানো হয়েছে, প্রাপ্তি অজানা",
    },
    queuedBehind: {
      one: "পথে আছে, আগে আছে #টি",
      other: "পথে আছে, আগে আছে #টি",
    } satisfies Counted<"bn">,
    comma: ", ",
    about: "প্রায় #",
    underMinute: "এক মিনিটের কম",
  },
  problem: {
    toEvents: "অনুষ্ঠানের তালিকায়",
    missing: {
      title: "পাওয়া যায়নি",
      detail: "এই ঠিকানায় কিছু নেই। লিংকের কোনো অক্ষর বাদ পড়েছে কি না দেখুন।",
    },
    busy: {
      title: "খুব ভিড়",
      detail: "এই মুহূর্তে অনেক মানুষ এখানে। একটু পরে পাতাটি আবার লোড করুন।",
    },
    broken: {
      title: "কাজটি হলো না",
      detail: "আবার চেষ্টা করুন। তবু না হলে আয়োজককে জানান।",
    },
  },
};
