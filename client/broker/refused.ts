import * as z from "zod";
import type { ErrorCode } from "../../functions/core/errors.ts";
import type { Alternative } from "../../functions/core/policy/decided.ts";
import { DeniedError, type ErrorKind, LatchkeyError, RefusedError } from "../errors.ts";
import { regionIn } from "./region.ts";

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
  masked_only: "conflict",
  not_masked: "conflict",
  column_not_allowed: "usage",
  format_mismatch: "failed",
  wrong_audience: "refused",
  permit_mismatch: "refused",
  permit_used: "conflict",
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

/**
 * What API Gateway says, in a header, of a call that it refused itself; its body is ours or not, as the type of answer
 * has it, and never says which of these it was.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const gatewayFault = (response: Response): string =>
  (response.headers.get("x-amzn-errortype") ?? "").split(":")[0] ?? "";

type Asked = { url: URL; region: string };

/** The faults that API Gateway finds in a caller or an address, each with what to do about it. */
const gatewayFaults: Record<string, (asked: Asked) => LatchkeyError> = {
  ExpiredTokenException: () =>
    new LatchkeyError("sign_in", "Your AWS credentials have expired: sign in again."),
  UnrecognizedClientException: () =>
    new LatchkeyError("sign_in", "AWS does not know these credentials (any more): sign in again."),
  IncompleteSignatureException: () =>
    new LatchkeyError("sign_in", "AWS cannot read these credentials: are they whole?"),
  InvalidSignatureException: ({ url, region }) =>
    // Where the host says the region it was signed for that one, so the secret is what is wrong.
    regionIn(url)
      ? new LatchkeyError("sign_in", "The secret does not belong to the access key: sign in again.")
      : new LatchkeyError(
          "wrong_region",
          `The signature is not accepted: is ${url.host} in ${region} (--region), and are the credentials whole?`,
        ),
  MissingAuthenticationTokenException: ({ url }) => notLatchkey(url, "there is no such path"),
  ForbiddenException: ({ url }) => notLatchkey(url, "there is no such stage"),
  // Also of a stage that is not there: IAM is asked first.
  AccessDeniedException: ({ url }) =>
    new RefusedError(
      "refused",
      `AWS does not let this caller call ${url.host}: it needs leave for execute-api:Invoke there, and the endpoint its right stage.`,
      "forbidden",
    ),
};

const notLatchkey = (url: URL, why: string): LatchkeyError =>
  new LatchkeyError(
    "no_endpoint",
    `What answers at ${url.origin} is not Latchkey (${why}): look at the endpoint, with its stage.`,
  );

/** A refusal as an error, with the API's code where it said one. */
export function refused(
  response: Response,
  body: unknown,
  url: URL,
  region: string,
): { fault: LatchkeyError; code?: string } {
  const fault = gatewayFault(response);
  const found = Object.hasOwn(gatewayFaults, fault) ? gatewayFaults[fault] : undefined;
  if (response.status === 403 && found) return { fault: found({ url, region }) };
  if (isSaid(body)) return said(body);
  if (response.status < 500) return { fault: notLatchkey(url, String(response.status)) };
  const message = `The broker at ${url.host} answered ${response.status}: try again in a minute.`;
  return { fault: new LatchkeyError("unavailable", message) };
}

/** The API's own word. */
function said({ error: { code, message, details = {} } }: Said): { fault: LatchkeyError; code: string } {
  if (code === "policy_denied" || code === "locked_down") return { fault: denied(message, details), code };
  const kind = Object.hasOwn(kinds, code) ? kinds[code as ErrorCode] : "failed";
  const next = Object.hasOwn(whatNext, code) ? ` ${whatNext[code as ErrorCode]}` : "";
  return { fault: new RefusedError(kind, `${message}${next}`, code, details), code };
}

/** What a client does about a code whose sentence does not say it. */
const whatNext: Partial<Record<ErrorCode, string>> = {
  forbidden: "Whoever runs Latchkey can add it to the catalogue.",
  not_your_role: "Agents ask and collect, people decide: sign as the other.",
  not_found: "Look at the id, and at who you sign as.",
  permit_used: "Each permit is good once: ask for the action anew if it is to be done again.",
  permit_mismatch: "Redeem it with exactly the parameters that were approved, as the action has them.",
  wrong_audience: "Only the system that it names redeems it: sign as that, or hand the permit over.",
  masked_only: "On the command line: latchkey read --grant <id>.",
  not_masked: "Masked rows are asked for as such: `latchkey request --masked`, or `masked: true`.",
  column_not_allowed: "`latchkey catalogue <resource>` names the columns and the filters that there are.",
};

/**
 * What may be laid over an ask that was refused, and asked (`--take-alternative`) or shown as a command to paste: these
 * parts of it alone, and no word that a command line would take for an option.
 */
const smaller = z.looseObject({
  change: z.strictObject({
    access: z
      .string()
      .regex(/^[a-z][a-z-]*$/)
      .optional(),
    windowSeconds: z.int().min(1).optional(),
    scope: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    masked: z.boolean().optional(),
  }),
});

/** The reasons and alternatives of a no, as far as they have the form that they should. */
function denied(message: string, details: Record<string, unknown>): DeniedError {
  const { id, rules, alternatives } = details;
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
  return new DeniedError(message, {
    grantId: typeof id === "string" ? id : undefined,
    reasons: list(rules).map((rule) => ({ id: String(rule.id), reason: String(rule.reason) })),
    alternatives: list(alternatives).filter((each) => smaller.safeParse(each).success) as Alternative[],
  });
}
