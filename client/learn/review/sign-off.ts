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
export type Word = z.infer<typeof word>;

const base = z.strictObject({
  v: z.literal(1),
  of: z.literal("latchkey-access-review-sign-off"),
  month: z.string(),
  manifest: z.string(),
  ownerGroup: z.string(),
  parametersDigest: z.string(),
  grant: grantId,
  approved: z.array(word),
});

/** What a pack keeps of one group's sign-off: which grant it is, and who said what. The record is what proves it. */
export const signOff = z.discriminatedUnion("state", [
  base.extend({ state: z.literal("waiting") }),
  base.extend({ state: z.literal("signed_off") }),
  base.extend({ state: z.literal("rejected"), rejected: word }),
  base.extend({ state: z.literal("over") }),
]);
export type SignOff = z.infer<typeof signOff>;

/** Who said no; where nobody did, who said yes. */
export const whoSaid = (said: SignOff): string[] =>
  (said.state === "rejected" ? [said.rejected] : said.approved).map(({ person }) => person);

export type Parameters = NonNullable<ReturnType<typeof signOffParameters>>;
type Deps = WaitDeps & { broker: Broker };

/** What is known of a sign-off, by the broker or by the record. */
type Said = Pick<SignOff, "grant" | "parametersDigest" | "approved"> & {
  isSigned: boolean;
  isOpen: boolean;
  rejected?: Word;
};

/** The one form that a sign-off has. `signed_off`: every stage has its people, whatever became of the permit since. */
export function signOffFrom(
  { month, manifest, ownerGroup }: Parameters,
  { isSigned, isOpen, rejected, ...said }: Said,
): SignOff {
  const of = { v: 1, of: "latchkey-access-review-sign-off", month, manifest, ownerGroup, ...said } as const;
  if (isSigned) return { ...of, state: "signed_off" };
  if (rejected) return { ...of, state: "rejected", rejected };
  return { ...of, state: isOpen ? "waiting" : "over" };
}

/** True of an action that asks exactly this, of the group itself too: nothing else is its sign-off, whatever became of it. */
const isAskOf = ({ type, parametersDigest, decision }: ActionView, parameters: Parameters): boolean =>
  type === SIGN_OFF &&
  parametersDigest === digestOf(parameters) &&
  decision.plan.some(({ group }) => group === parameters.ownerGroup);

/** What is kept of a sign-off as it stands. Throws for an action that is another's. */
export function signOffOf(action: ActionView, parameters: Parameters): SignOff {
  if (!isAskOf(action, parameters))
    throw new LatchkeyError(
      "failed",
      `Grant ${action.id} is no sign-off of this review by ${parameters.ownerGroup}: nothing was kept of it.`,
    );
  const { id, decision, parametersDigest } = action;
  const rejected = decision.plan.find((stage) => stage.rejected)?.rejected;
  const wordOf = ({ person, at, comment }: Word): Word => ({
    person,
    at,
    ...(comment ? { comment } : {}),
  });
  return signOffFrom(parameters, {
    ...{ grant: id, parametersDigest },
    isSigned: decision.plan.every((stage) => stage.status === "approved"),
    isOpen: noAccess(grantOfAction(action)) === undefined,
    approved: decision.plan.flatMap(({ approved }) => approved).map(wordOf),
    ...(rejected ? { rejected: wordOf(rejected) } : {}),
  });
}

/** The key of an ask for a sign-off: made again, from wherever, it is the same one (I-38). */
const keyOf = (parameters: Parameters): string =>
  `sign-off-${digestOf(parameters).slice("sha256:".length, 39)}`;

/** The ask that a pack tells of, where the broker has it and it is of exactly this: what a pack says is not believed. */
async function askedBefore(
  broker: Broker,
  before: SignOff | undefined,
  parameters: Parameters,
): Promise<ActionView | undefined> {
  if (!before) return undefined;
  try {
    const action = await broker.action(before.grant);
    return isAskOf(action, parameters) ? action : undefined;
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === "not_found") return undefined;
    throw fault;
  }
}

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
  const asked = await askedBefore(broker, before, parameters);
  const state = asked && signOffOf(asked, parameters).state;
  const isOver = state === "rejected" || state === "over";
  if (asked && !(isOver && again)) return asked;
  const purpose = `Sign off the access review of ${manifest.month} for what ${ownerGroup} owns (index.html of the pack)`;
  const action = await broker.act(
    { type: SIGN_OFF, parameters, purpose },
    isOver ? {} : { idempotencyKey: keyOf(parameters) },
  );
  if (isAskOf(action, parameters)) return action;
  // Policy that does not ask the group itself is no sign-off, whatever its permit says.
  await broker.release(action.id).catch(() => undefined);
  throw new LatchkeyError(
    "failed",
    `Policy does not ask ${ownerGroup} for its sign-off: add a rule as in rules/access-review.cedar.`,
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
  // One that was redeemed is shown to nobody, and lies in the pack already.
  if (kept.state !== "signed_off" || !permit) return files;
  await broker.redeem(seen.id, { permit, parameters });
  await broker.outcome(seen.id, { result: "done" });
  return files.set(signOffPermit(parameters.ownerGroup), `${permit}\n`);
}
