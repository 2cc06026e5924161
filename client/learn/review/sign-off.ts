import * as z from "zod";
import type { ActionView } from "../../../functions/core/api/actions.ts";
import { canonicalJson, digestOf } from "../../../functions/core/canonical.ts";
import { grantId } from "../../../functions/core/ids.ts";
import { grantOfAction } from "../../access/action.ts";
import { noAccess, untilActive, type WaitDeps } from "../../access/wait.ts";
import type { Broker } from "../../broker/broker.ts";
import { LatchkeyError, NoAccessError } from "../../errors.ts";
import { type Manifest, SIGN_OFF, signOffFile, signOffParameters, signOffPermit } from "./manifest.ts";

const word = z.strictObject({ person: z.string(), at: z.string(), comment: z.string().optional() });

/** What a pack keeps of one group's sign-off: which grant it is, and who said what. The record is what proves it. */
export const signOff = z.strictObject({
  v: z.literal(1),
  of: z.literal("latchkey-access-review-sign-off"),
  month: z.string(),
  manifest: z.string(),
  ownerGroup: z.string(),
  parametersDigest: z.string(),
  grant: grantId,
  state: z.enum(["waiting", "signed_off", "rejected", "over"]),
  approved: z.array(word),
  rejected: word.optional(),
});
export type SignOff = z.infer<typeof signOff>;

type Parameters = NonNullable<ReturnType<typeof signOffParameters>>;
type Deps = WaitDeps & { broker: Broker };

/** What is kept of a sign-off as it stands. `signed_off`: every stage has its people, whatever became of the permit since. */
export function signOffOf(action: ActionView, parameters: Parameters): SignOff {
  const { id, decision, status, parametersDigest } = action;
  const words = decision.plan.flatMap(({ approved }) => approved);
  const rejected = decision.plan.find((stage) => stage.rejected)?.rejected;
  const isSigned = decision.plan.length > 0 && decision.plan.every((stage) => stage.status === "approved");
  const isOpen = noAccess(grantOfAction(action)) === undefined;
  const wordOf = ({ person, at, comment }: (typeof words)[number]) => ({
    person,
    at,
    ...(comment ? { comment } : {}),
  });
  return {
    ...{ v: 1, of: "latchkey-access-review-sign-off", grant: id, parametersDigest },
    ...{ month: parameters.month, manifest: parameters.manifest, ownerGroup: parameters.ownerGroup },
    state: isSigned
      ? "signed_off"
      : status === "REJECTED" || rejected
        ? "rejected"
        : isOpen
          ? "waiting"
          : "over",
    approved: words.map(wordOf),
    ...(rejected ? { rejected: wordOf(rejected) } : {}),
  };
}

/** The key of an ask for a sign-off: made again, from wherever, it is the same one (I-38). */
const keyOf = (parameters: Parameters): string =>
  `sign-off-${digestOf(parameters).slice("sha256:".length, 39)}`;

/** Asks a group, or looks at what was asked before. A group that said no, or let it lapse, is asked anew only by `again`. */
export async function askGroup(
  { broker }: Pick<Deps, "broker">,
  { manifest, digest }: { manifest: Manifest; digest: string },
  ownerGroup: string,
  { before, again = false }: { before?: SignOff | undefined; again?: boolean } = {},
): Promise<ActionView> {
  const parameters = signOffParameters(manifest, digest, ownerGroup);
  if (!parameters)
    throw new LatchkeyError(
      "usage",
      `Group ${ownerGroup} owns nothing in this review; it is of ${Object.keys(manifest.groups).join(", ")}.`,
    );
  const isOver = before?.state === "rejected" || before?.state === "over";
  if (before && !(isOver && again)) return broker.action(before.grant);
  const purpose = `Sign off the access review of ${manifest.month} for what ${ownerGroup} owns (index.html of the pack)`;
  const action = await broker.act(
    { type: SIGN_OFF, parameters, purpose },
    isOver ? {} : { idempotencyKey: keyOf(parameters) },
  );
  if (action.parametersDigest === digestOf(parameters) && action.decision.plan.length > 0) return action;
  // Policy that asks nobody is no sign-off, whatever its permit says.
  await broker.release(action.id).catch(() => undefined);
  throw new LatchkeyError(
    "failed",
    `Policy asks nobody for the sign-off of ${ownerGroup}: add a rule as in rules/access-review.cedar.`,
  );
}

/** Waits until a group has decided; what is to be kept. `timeoutSeconds`: how long people may take. */
export async function settleGroup(
  deps: Deps,
  action: ActionView,
  parameters: Parameters,
  options: { timeoutSeconds?: number; signal?: AbortSignal } = {},
): Promise<Map<string, string>> {
  const { broker } = deps;
  try {
    await untilActive(deps, grantOfAction(action), options);
  } catch (error) {
    if (!(error instanceof NoAccessError)) throw error;
  }
  const seen = await broker.action(action.id);
  const kept = signOffOf(seen, parameters);
  const files = new Map([[signOffFile(parameters.ownerGroup), canonicalJson(kept)]]);
  const { permit } = seen;
  if (kept.state !== "signed_off" || !permit || seen.parametersDigest !== digestOf(parameters)) return files;
  await broker.redeem(seen.id, { permit, parameters });
  await broker.outcome(seen.id, { result: "done" });
  return files.set(signOffPermit(parameters.ownerGroup), `${permit}\n`);
}
