import type { ComplaintCode, FieldName } from "./attend-state.ts";

export interface ProblemSentence {
  /** The field it is said beside; `form` where no field is at fault. */
  readonly beside: FieldName | "form";
  readonly sentence: string;
}

/** What a person reads for each problem: what happened, and what to do now. */
export const problemSentences: Readonly<Record<ComplaintCode, ProblemSentence>> = {
  not_open: form("Registration has not opened yet. Keep this page; it opens by itself."),
  sale_full: form(
    "All the seats have been given out. If one is yours, get your ticket back below.",
  ),
  sale_closed: form(
    "This registration has closed. If a seat is yours, get your ticket back below.",
  ),
  sale_paused: form("The organiser has paused registration for a moment."),

  invalid_phone: phone("That does not look like a phone number. Is a digit missing?"),
  country_not_served: phone("We cannot send a code to that country. Try a number of another one."),
  invalid_name: {
    beside: "name",
    sentence: "Please write your name in letters, at most 80 of them, without links.",
  },
  invalid_email: {
    beside: "email",
    sentence: "That does not look like a mail address, as in name@example.org.",
  },
  invalid_body: form("Something in the form was not understood. Check each field and try again."),

  code_wrong: code("That is not the code we sent."),
  code_incomplete: code("The code has six digits."),
  code_expired: phone("That code is too old. Ask for a new one; it comes to the same phone."),
  code_exhausted: phone("That was one wrong code too many. Ask for a new one."),
  challenge_invalid: phone("That code can no longer be used. Ask for a new one."),
  verification_invalid: phone("Please confirm your phone once more."),
  resend_too_soon: phone("A code was sent to this phone a moment ago."),
  rate_limited: form("That was often in a short time. Please wait a little."),

  proof_required: form("Your browser has to show that it is not a robot. Load this page again."),
  proof_invalid: form("The check for robots went wrong. Load this page again."),
  pass_required: form("There is a waiting line. Load this page again to join it."),
  pass_invalid: form("Your place in the line was not recognised. Load this page again."),
  not_your_turn: form("It is not your turn yet. Keep this page; it goes on by itself."),

  overloaded: form("Very many people are here at once. What you typed is safe."),
  draining: form("The service is changing over. What you typed is safe."),
  gateway_unavailable: form("Text messages are held up at the moment. What you typed is safe."),
  timeout: form("That took too long. What you typed is safe; try again."),
  unreachable: form("There is no connection. What you typed is safe."),
  internal: form("Something went wrong on our side. What you typed is safe; try again."),

  not_found: form("This event is no longer here. Look at the list of events."),
  method_not_allowed: form("This page is out of date. Load it again."),
  unsupported_media_type: form("This page is out of date. Load it again."),
  body_too_large: form("That is more text than fits. Shorten it and try again."),
  uri_too_long: form("This page's address is damaged. Open it from the list of events."),
};

function form(sentence: string): ProblemSentence {
  return { beside: "form", sentence };
}

function phone(sentence: string): ProblemSentence {
  return { beside: "phone", sentence };
}

function code(sentence: string): ProblemSentence {
  return { beside: "code", sentence };
}
