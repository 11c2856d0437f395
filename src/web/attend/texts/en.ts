import { counter } from "../../../language/counting.ts";
import { en as proof } from "../../texts/proof-texts.ts";
import type { AttendTexts } from "./attend-texts.ts";
import { line } from "./line-en.ts";

const count = counter("en");
const seats = (seatCount: number) => count(seatCount, { one: "# seat", other: "# seats" });

export const texts: AttendTexts = {
  states: {
    scheduled: "Not open yet",
    verifying: "Opens soon",
    lobby: "Waiting room",
    open: "Open now",
    paused: "Paused",
    full: "All seats taken",
    closed: "Ended",
  },
  seats,
  seatsLeft: (seatCount) => `${seats(seatCount)} left`,
  seatsTaken: "Seats taken",
  stepOf3: (step) => `Step ${step} of 3`,

  opensIn: "Opens in",
  opensInWait: (wait) => `Opens in ${wait}`,
  whereYouAre: (instant) => `${instant} where you are`,
  scheduled: {
    title: "Registration opens soon",
    opening: (seatCount, instant) => `${seats(seatCount)} on ${instant}.`,
    verifying: (instant) =>
      `You can confirm your phone from ${instant}. Whoever did needs one tap at the opening.`,
    keepPage: "This page opens by itself; there is no need to load it again.",
  },
  early: {
    title: "Confirm your phone now",
    lead: (instant) =>
      `Registration opens on ${instant}. Confirm your phone now, and one tap is enough then.`,
    readyTitle: "You are ready",
    readyLead: "Your phone is confirmed. Fill this in, come back for the opening, and tap once.",
  },
  line,
  paused:
    "The organiser has paused registration. Go on all the same: what you send waits, and goes through by itself.",
  full: {
    title: (seatCount) => `All ${seats(seatCount)} are taken`,
    none: "There is no further registration for this event.",
    next: (seatCount, instant) => `The next ${seats(seatCount)} are given out on ${instant}.`,
    holder: "Did you register already? Your seat is yours, and your ticket is a code away.",
  },
  closed: {
    title: "Registration has ended",
    lead: "Thank you to everyone who came by. If you hold a ticket, you can get it back here.",
  },

  phone: {
    title: "Get your ticket",
    lead: "We send a code to your phone. One phone, one ticket, free of charge.",
    label: "Mobile number",
    country: "Country",
    note: "The code comes to this number by SMS.",
    recoverNote: "The number you registered with.",
    send: "Send me a code",
  },
  code: {
    title: "Enter the code",
    sentTo: "We sent it to",
    recoverSentTo: "If this number holds a ticket, a code is on its way:",
    changeNumber: "Change the number",
    label: "Six-digit code",
    goodFor: (wait) => `Good for ${wait}.`,
    mayHaveRunOut: "It may have run out by now.",
    triesLeft: (tries) => count(tries, { one: "One try is left.", other: "# tries are left." }),
    confirm: "Confirm",
    noMessage: "No message yet?",
    leavesIn: (wait) => `Many codes are going out. Yours leaves in about ${wait}.`,
    sendAgain: "Send again",
    sendAgainIn: (wait) => `Send again in ${wait}`,
  },
  details: {
    title: "Who is coming?",
    lead: "Your phone is confirmed. This is the last step.",
    otherPhone: "Use another phone",
    name: "Your name",
    nameNote: "As it should stand on the ticket, in any script.",
    email: "E-mail",
    emailNote: "Your tickets go there too, as a PDF.",
    send: "Get my ticket",
  },
  done: {
    title: "You are in",
    holderTitle: "Here is your ticket",
    number: "Your number",
    lead: "Your tickets also come by SMS and mail.",
    holderLead: "This phone holds a seat already, and it stays yours.",
    open: "Open my ticket",
    download: "Download the PDF",
    another: "Register another phone",
  },
  recover: {
    title: "Get your ticket back",
    lead: "We send a code to the phone you registered with; then your ticket opens.",
    lost: "Lost your ticket?",
    getBack: "Get it back",
    noTicket: "No ticket yet?",
    backToRegistration: "Back to registration",
  },
  retry: {
    tryAgainIn: (wait) => `Try again in ${wait}.`,
    tryingAgainIn: (wait) => `Trying again in ${wait}.`,
    keepTrying: "We keep trying by ourselves.",
    tryNow: "Try now",
    stop: "Stop trying",
  },
  proof,
  problems: {
    not_open: "Registration has not opened yet. Keep this page; it opens by itself.",
    sale_full: "All the seats have been given out. If one is yours, get your ticket back below.",
    sale_closed: "This registration has closed. If a seat is yours, get your ticket back below.",
    sale_paused: "The organiser has paused registration for a moment.",
    sale_not_ended: "This registration goes on, or has only just closed.",
    already_corrected:
      "The mail address of this ticket was corrected before; that can be done once.",

    invalid_phone: "That does not look like a phone number. Is a digit missing?",
    country_not_served: "We cannot send a code to that country. Try a number of another one.",
    invalid_name: "Please write your name in letters, at most 80 of them, without links.",
    invalid_email: "That does not look like a mail address, as in name@example.org.",
    invalid_body: "Something in the form was not understood. Check each field and try again.",

    code_wrong: "That is not the code we sent.",
    code_incomplete: "The code has six digits.",
    code_expired: "That code is too old. Ask for a new one; it comes to the same phone.",
    code_exhausted: "That was one wrong code too many. Ask for a new one.",
    challenge_invalid: "That code can no longer be used. Ask for a new one.",
    verification_invalid: "Please confirm your phone once more.",
    resend_too_soon: "A code was sent to this phone a moment ago.",
    rate_limited: "That was often in a short time. Please wait a little.",

    proof_required: "Your browser has to show that it is not a robot. Load this page again.",
    proof_invalid: "The check for robots went wrong. Load this page again.",
    pass_required: "There is a waiting line. Take a place in it first.",
    pass_invalid: "Your place in the line was not recognised. Please take it once more.",
    not_your_turn: "It is not your turn yet. Keep this page; it goes on by itself.",

    overloaded: "Very many people are here at once. What you typed is safe.",
    draining: "The service is changing over. What you typed is safe.",
    gateway_unavailable: "Text messages are held up at the moment. What you typed is safe.",
    timeout: "That took too long. What you typed is safe; try again.",
    unreachable: "There is no connection. What you typed is safe.",
    internal: "Something went wrong on our side. What you typed is safe; try again.",

    cross_site: "Open this page by its own address and try again.",
    origin_unproven: "Open this page by its own address and try again.",
    not_found: "This event is no longer here. Look at the list of events.",
    method_not_allowed: "This page is out of date. Load it again.",
    unsupported_media_type: "This page is out of date. Load it again.",
    body_too_large: "That is more text than fits. Shorten it and try again.",
    uri_too_long: "This page's address is damaged. Open it from the list of events.",
  },
};
