import * as z from "zod";
import { grantId } from "./ids.ts";

/** One round of proving a denial. `since`: when IAM is known to have it; `failed`: how many times proving began anew. */
export const probeMessage = z.strictObject({
  schema: z.literal(1),
  role: z.string().min(1),
  grantId,
  since: z.iso.datetime(),
  round: z.int().min(1),
  failed: z.int().min(0),
});
export type ProbeMessage = z.infer<typeof probeMessage>;

/** Refused rounds that prove a denial, the last of them at least `settleSeconds` after it was read back. */
export const ROUNDS = 3;

// The longest that SQS can hold a message back.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
const MAX_DELAY_SECONDS = 900;

/** How long to wait for the next round: the settling time in equal parts, and longer each time that proving failed. */
export const roundDelay = (settleSeconds: number, failed = 0): number =>
  Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(settleSeconds / ROUNDS)) * 2 ** Math.min(failed, 10));

/** After so long, a message that was handed to the prover is taken for lost, and another is sent. */
export const HANDED_AGAIN_MS = 20 * 60_000;

/** What a probing call came to. `unclear`: neither proves anything, such as a time-out or expired credentials. */
export type ProbeAnswer =
  | { is: "allowed" }
  | { is: "refused"; explicit: boolean }
  | { is: "unclear"; code: string };

const DENIED = /\b(AccessDenied|AccessDeniedException|UnauthorizedOperation|UnauthorizedAccess)\b/;
const CODE = /<Code>(\w+)<\/Code>|"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"|"code"\s*:\s*"(\w+)"/i;

/**
 * Reads an answer of a service to a probe. Only a refusal of authorisation counts as refused: a signature that does not
 * hold or credentials that expired show nothing. An answer to HEAD has no body, so its bare 403 counts. `answered`: the
 * errors of this probe that only somebody gets who is allowed.
 */
export function readProbeAnswer(
  { status, errorType, body }: { status: number; errorType: string | null; body: string },
  answered: readonly string[] = [],
): ProbeAnswer {
  if (status >= 200 && status < 300) return { is: "allowed" };
  const [, xml, type, code] = CODE.exec(body) ?? [];
  const said = errorType?.split(":")[0] ?? xml ?? type ?? code;
  const refused = said === undefined ? status === 403 && !/signature|token/i.test(body) : DENIED.test(said);
  if (refused) return { is: "refused", explicit: /explicit deny/i.test(body) };
  if (said !== undefined && answered.includes(said)) return { is: "allowed" };
  return { is: "unclear", code: (said ?? `HTTP ${status}`).slice(0, 60) };
}
