/** Every code an API answer may carry, with its HTTP status and default sentence. A code without a status does not compile. */
export const errorCodes = {
  invalid_request: { status: 400, message: "The request is not valid." },
  scope_too_large: {
    status: 400,
    message: "The scope needs a session policy longer than AWS allows; name fewer or shorter parts.",
  },
  forbidden: { status: 403, message: "The caller is not known here." },
  policy_denied: { status: 403, message: "Policy does not allow this." },
  not_your_role: { status: 403, message: "This call is not for callers of this role." },
  not_found: { status: 404, message: "There is no such thing, or it is not yours to see." },
  method_not_allowed: { status: 405, message: "This path does not take this method." },
  locked_down: { status: 403, message: "A lockdown stands: nothing is granted here until it is lifted." },
  already_extended: { status: 409, message: "This grant is extended already." },
  wrong_state: { status: 409, message: "The grant is in a state that does not allow this." },
  idempotency_conflict: { status: 409, message: "This Idempotency-Key was used with another request." },
  not_ready: { status: 409, message: "The credentials are not there yet; try again." },
  masked_only: {
    status: 409,
    message: "This grant gives masked rows and no credentials: read them with POST /grants/{id}/read.",
  },
  not_masked: { status: 409, message: "This grant gives credentials, not masked rows." },
  column_not_allowed: { status: 400, message: "This column may not be read, or not in this way." },
  format_mismatch: { status: 422, message: "What is stored is not in the format that the catalogue says." },
  wrong_audience: { status: 403, message: "This permit is for another system." },
  permit_mismatch: { status: 403, message: "The permit is for other parameters." },
  permit_used: { status: 409, message: "This permit was redeemed already." },
  grant_over: { status: 410, message: "The grant is over." },
  wrong_channel: { status: 403, message: "This stage is decided in another way." },
  quota_exceeded: { status: 429, message: "Too much at once; try again later." },
  too_many_tries: { status: 429, message: "Too many wrong codes; try again in half a minute." },
  unavailable: {
    status: 503,
    message: "Latchkey could not do this just now; nothing was changed. Try again.",
  },
  internal: { status: 500, message: "Something went wrong in Latchkey; it was recorded." },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** An answer that is not a success, as data: handlers return it, one place turns it into HTTP. */
export type Refusal = { error: { code: ErrorCode; message: string; details?: Record<string, unknown> } };

/** Makes a refusal; `message` only when it says more than the code's own sentence. */
export function refusal(code: ErrorCode, message?: string, details?: Record<string, unknown>): Refusal {
  return { error: { code, message: message ?? errorCodes[code].message, ...(details ? { details } : {}) } };
}

/** True for the refusals among the answers of a function. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "error" in value;
}
