/** Every `code` a problem answer of the service can carry. */
export const PROBLEM_CODES = [
  "not_open",
  "sale_full",
  "sale_closed",
  "sale_not_ended",
  "already_corrected",
  "invalid_phone",
  "invalid_email",
  "invalid_name",
  "country_not_served",
  "invalid_body",
  "code_wrong",
  "code_expired",
  "code_exhausted",
  "challenge_invalid",
  "verification_invalid",
  "proof_required",
  "proof_invalid",
  "pass_required",
  "pass_invalid",
  "not_your_turn",
  "cross_site",
  "origin_unproven",
  "not_found",
  "method_not_allowed",
  "timeout",
  "body_too_large",
  "uri_too_long",
  "unsupported_media_type",
  "resend_too_soon",
  "rate_limited",
  "internal",
  "overloaded",
  "gateway_unavailable",
  "sale_paused",
  "draining",
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

export function isProblemCode(value: unknown): value is ProblemCode {
  return PROBLEM_CODES.some((code) => code === value);
}
