import type { ComplaintCode, TypedField } from "./attend-state.ts";

/** The field a problem is said beside; `form` where no field is at fault. */
export const problemPlace: Readonly<Record<ComplaintCode, TypedField | "form">> = {
  not_open: "form",
  sale_full: "form",
  sale_closed: "form",
  sale_paused: "form",
  sale_not_ended: "form",
  already_corrected: "form",

  invalid_phone: "phone",
  country_not_served: "phone",
  invalid_name: "name",
  invalid_email: "email",
  invalid_body: "form",

  code_wrong: "code",
  code_incomplete: "code",
  code_expired: "phone",
  code_exhausted: "phone",
  challenge_invalid: "phone",
  verification_invalid: "phone",
  resend_too_soon: "phone",
  rate_limited: "form",

  proof_required: "form",
  proof_invalid: "form",
  pass_required: "form",
  pass_invalid: "form",
  not_your_turn: "form",

  overloaded: "form",
  draining: "form",
  gateway_unavailable: "form",
  timeout: "form",
  unreachable: "form",
  internal: "form",

  cross_site: "form",
  origin_unproven: "form",
  not_found: "form",
  method_not_allowed: "form",
  unsupported_media_type: "form",
  body_too_large: "form",
  uri_too_long: "form",
};
