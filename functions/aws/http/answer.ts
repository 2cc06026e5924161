import { type ErrorCode, errorCodes, type Refusal } from "../../core/errors.ts";
import { NewerSchema } from "../../core/stored.ts";

/** A success of the signed API: a status and a body that becomes JSON. */
type Success = { status: number; body: unknown };
export type Answer = Success | Refusal;

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/** An answer as HTTP. A refusal's status is its code's. */
export function jsonResponse(answer: Answer): Response {
  if ("error" in answer) {
    const { code, details } = answer.error;
    const wait = errorCodes[code].status === 429 ? details?.retryAfterSeconds : undefined;
    return new Response(JSON.stringify(answer), {
      status: errorCodes[code].status,
      headers: wait === undefined ? JSON_HEADERS : { ...JSON_HEADERS, "retry-after": String(wait) },
    });
  }
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers: JSON_HEADERS });
}

/** The code for a fault that nobody expected: what AWS refused or did not answer may pass; the rest is our mistake. */
export function faultCode(fault: unknown): Extract<ErrorCode, "unavailable" | "internal"> {
  // It waits for the release that wrote it.
  if (fault instanceof NewerSchema) return "unavailable";
  return typeof fault === "object" && fault !== null && "$metadata" in fault ? "unavailable" : "internal";
}
