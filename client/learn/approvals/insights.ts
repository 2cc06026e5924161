import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { type Loaded, loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";
import { preparePolicy } from "../replay/replay-ask.ts";
import { approvedInParts, automationCandidates, type OfParts } from "./automation.ts";
import { failing } from "./cases.ts";
import { type Proposal, proposalOf } from "./proposal.ts";
import { type AskedStage, stagesOf } from "./stages.ts";
import { type Asked, askedPeople, type Tally, talliesBy } from "./tally.ts";
import { type Thresholds, USUAL } from "./thresholds.ts";
import { tighteningCandidates } from "./tightening.ts";
import type { Told } from "./told.ts";

/** What people did with what they were asked, and what of it could be changed. */
export type ApprovalInsights = {
  thresholds: Thresholds;
  /** Asks of the period, and how many of them people were asked for. */
  asks: number;
  asked: number;
  byRule: Tally[];
  /** Stages whose rule the policy at hand does not tell: asked by rules that are gone, or without a policy. */
  ofNoRule: number;
  byGroup: Tally[];
  people: Asked[];
  /** Absent without a policy: there is nothing that could be changed. */
  proposals?: Proposal[];
  /** What people always say yes to, and no rule can be as narrow as they were; with `proposals`. */
  ofParts?: OfParts[];
};

export type PolicyAtHand = { folder: PolicyFolder; loaded: Loaded };
export const policyAt = (folder: PolicyFolder): PolicyAtHand => ({ folder, loaded: loadWithCases(folder) });

/** Seconds of the flag `unread-approval`, as the policy has it. */
function unreadSeconds(policy: PolicyAtHand | undefined): number {
  const flag = policy?.loaded.deps.bundle.flags.find(({ detector }) => detector === "quick");
  return flag?.detector === "quick" ? flag.seconds : USUAL.unreadSeconds;
}

function proposalsOf(
  { folder, loaded }: PolicyAtHand,
  { grants, stages, thresholds }: { grants: readonly Told[]; stages: AskedStage[]; thresholds: Thresholds },
): Required<Pick<ApprovalInsights, "proposals" | "ofParts">> {
  const given = { deps: loaded.deps, folder, thresholds };
  const eased = automationCandidates(given, stages);
  const ofParts = approvedInParts(given, stages, eased);
  const candidates = [...eased, ...tighteningCandidates(given, grants)];
  if (candidates.length === 0) return { proposals: [], ofParts };
  const before = preparePolicy(loaded.deps.bundle);
  const tried = { folder, now: loaded, before, failed: failing(loaded), grants };
  return { proposals: candidates.flatMap((each) => proposalOf(tried, each) ?? []), ofParts };
}

/** Looks at what people did. Pure but for the policy folder, which is read and never written. */
export function approvalInsights(
  grants: readonly Told[],
  policy: PolicyAtHand | undefined,
  given: Partial<Thresholds> = {},
): ApprovalInsights {
  const thresholds = { ...USUAL, unreadSeconds: unreadSeconds(policy), ...given };
  const stages = grants.flatMap((grant) => stagesOf(grant, policy?.loaded.deps.bundle.rules ?? []));
  return {
    thresholds,
    asks: grants.length,
    asked: grants.filter(({ decision }) => decision === "needs_approval").length,
    byRule: talliesBy(stages, ({ rule }) => rule, thresholds.unreadSeconds),
    ofNoRule: stages.filter(({ rule }) => rule === undefined).length,
    byGroup: talliesBy(stages, ({ group }) => group, thresholds.unreadSeconds),
    people: askedPeople(stages, thresholds.unreadSeconds),
    ...(policy ? proposalsOf(policy, { grants, stages, thresholds }) : {}),
  };
}
