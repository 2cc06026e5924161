import type { ErrorCode } from "../../functions/core/errors.ts";
import type { Alternative } from "../../functions/core/policy/decided.ts";
import { DeniedError, type ErrorKind, LatchkeyError, RefusedError } from "../errors.ts";

/** What each code of the API means to a client. A code without a kind does not compile. */
const kinds: Record<ErrorCode, ErrorKind> = {
  invalid_request: "usage",
  scope_too_large: "usage",
  forbidden: "refused",
  policy_denied: "denied",
  not_your_role: "refused",
  not_found: "not_found",
  method_not_allowed: "failed",
  locked_down: "denied",
  already_extended: "conflict",
  wrong_state: "conflict",
  idempotency_conflict: "conflict",
  not_ready: "pending",
  grant_over: "over",
  wrong_channel: "refused",
  quota_exceeded: "quota",
  too_many_tries: "quota",
  unavailable: "unavailable",
  internal: "unavailable",
};

type Said = { error: { code: string; message: string; details?: Record<string, unknown> } };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSaid(body: unknown): body is Said {
  if (!isRecord(body) || !isRecord(body.error)) return false;
  const { code, message, details } = body.error;
  return (
    typeof code === "string" && typeof message === "string" && (details === undefined || isRecord(details))
  );
}

/** SigV4 refuses what is signed more than five minutes off. */
const MOST_SKEW_MS = 5 * 60_000;

/**
 * When a refusal is the clock's fault: the answer's own `Date` says by how much.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
 */
export function wrongClock(response: Response, now: number): LatchkeyError | undefined {
  const theirs = Date.parse(response.headers.get("date") ?? "");
  const skew = now - theirs;
  if (response.status !== 403 || Number.isNaN(theirs) || Math.abs(skew) < MOST_SKEW_MS) return undefined;
  const minutes = Math.round(Math.abs(skew) / 60_000);
  return new LatchkeyError(
    "clock",
    `This machine's clock is ${minutes} minutes ${skew > 0 ? "fast" : "slow"}, so AWS refuses what it signs: set it.`,
  );
}

/** What API Gateway says, in a header, of a call that it refused itself. */
const gatewayFault = (response: Response): string =>
  (response.headers.get("x-amzn-errortype") ?? "").split(":")[0] ?? "";

/** A refusal in the API's words as an error, with its code; what is no such word is no answer of Latchkey's. */
export function refused(
  response: Response,
  body: unknown,
  url: URL,
  region: string,
): { fault: LatchkeyError; code?: string } {
  if (!isSaid(body))
    return {
      fault:
        response.status >= 500
          ? new LatchkeyError(
              "unavailable",
              `The broker at ${url.host} answered ${response.status}. Try again.`,
            )
          : new LatchkeyError(
              "no_endpoint",
              `What answers at ${url.origin} is not Latchkey (${response.status}): look at the endpoint, with its stage.`,
            ),
    };
  const { code, message, details = {} } = body.error;
  if (code === "forbidden") return { fault: forbidden(gatewayFault(response), message, region), code };
  if (code === "policy_denied" || code === "locked_down") return { fault: denied(message, details), code };
  const kind = Object.hasOwn(kinds, code) ? kinds[code as ErrorCode] : "failed";
  return { fault: new RefusedError(kind, message, code, details), code };
}

function forbidden(fault: string, message: string, region: string): LatchkeyError {
  if (fault.startsWith("ExpiredToken"))
    return new LatchkeyError("sign_in", "Your AWS credentials have expired: sign in again.");
  if (fault.startsWith("InvalidSignature"))
    return new LatchkeyError(
      "wrong_region",
      `The signature is not accepted: is the endpoint in ${region}, and are the credentials whole?`,
    );
  if (fault.startsWith("UnrecognizedClient"))
    return new LatchkeyError("sign_in", "These AWS credentials are not valid (any more): sign in again.");
  return new RefusedError("refused", message, "forbidden");
}

/** The reasons and alternatives of a no, as far as they have the form that they should. */
function denied(message: string, details: Record<string, unknown>): DeniedError {
  const { id, rules, alternatives } = details;
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
  return new DeniedError(message, {
    grantId: typeof id === "string" ? id : undefined,
    reasons: list(rules).map((rule) => ({ id: String(rule.id), reason: String(rule.reason) })),
    alternatives: list(alternatives).filter(({ change }) => isRecord(change)) as unknown as Alternative[],
  });
}
