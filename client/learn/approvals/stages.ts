import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { planOf } from "../../../functions/core/policy/plan.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { Told } from "./told.ts";

/** A person's word on a stage; `tookMs` from when people were first asked. */
type Word = { person: string; yes: boolean; at: number; tookMs: number };

/** One stage of one grant that was opened: whom it asked, what they said, how it ended. Times in epoch ms. */
export type AskedStage = {
  grant: Told;
  /** The rule that demands it; undefined where the policy at hand has no rules that make this plan. */
  rule: string | undefined;
  stage: number;
  group: string;
  openedAt: number;
  asked: string[];
  words: Word[];
  /** `withdrawn`: the grant was taken back, or stopped, while people were asked. */
  result: "approved" | "rejected" | "expired" | "withdrawn" | "open";
  /** From its opening to the last yes that it needed, or to the no. */
  tookMs: number | undefined;
};

/** The rule of each stage of a plan, by the rules that a policy has now: all of them, or none where it is another plan. */
export function rulesOfPlan(rules: PolicyBundle["rules"], grant: RecordedGrant): (string | undefined)[] {
  const plan = planOf(rules.filter(({ id, obligation }) => obligation && grant.rules.includes(id)));
  const isThis = ({ stage, group, quorum }: RecordedGrant["plan"][number], index: number) => {
    const now = plan[index];
    return now?.stage === stage && now.group === group && now.quorum === quorum;
  };
  const fits = plan.length === grant.plan.length && grant.plan.every(isThis);
  return grant.plan.map((_, index) => (fits ? plan[index]?.rule : undefined));
}

export const YES: readonly string[] = ["grant.stage_approved", "grant.approved"];
const WORDS: readonly string[] = [...YES, "grant.rejected"];

function wordsOn(grant: Told, stage: number, openedAt: number): Word[] {
  const mails = grant.beside.filter((each) => each.type === "approval.asked" && each.stage === stage);
  const since = mails[0]?.at ?? openedAt;
  return grant.moves
    .filter((move) => WORDS.includes(move.type) && move.stage === stage && move.actor.type === "person")
    .map(({ type, at, actor }) => {
      // A word before the asking, by two clocks, is no reading time at all.
      return { person: actor.id, yes: YES.includes(type), at, tookMs: Math.max(0, at - since) };
    });
}

const ENDS = { "grant.expired": "expired", "grant.cancelled": "withdrawn", "grant.denied": "withdrawn" };
const endOf = ({ moves }: Told): AskedStage["result"] => {
  const end = moves.find(({ type }) => Object.hasOwn(ENDS, type));
  return end ? (ENDS[end.type as keyof typeof ENDS] as AskedStage["result"]) : "open";
};

/** The stages of a grant that were opened, in order: the next opens when the one before has its last yes. */
export function stagesOf(grant: Told, rules: PolicyBundle["rules"]): AskedStage[] {
  if (grant.decision !== "needs_approval") return [];
  const byRule = rulesOfPlan(rules, grant);
  const stages: AskedStage[] = [];
  let openedAt = grant.askedAt;
  for (const [index, { stage, group, quorum }] of grant.plan.entries()) {
    const words = wordsOn(grant, stage, openedAt);
    const mails = grant.beside.filter((each) => each.type === "approval.asked" && each.stage === stage);
    const asked = [...new Set(mails.flatMap(({ people }) => people))];
    const no = words.find(({ yes }) => !yes);
    const last = words.filter(({ yes }) => yes)[quorum - 1];
    const result = no ? "rejected" : last ? "approved" : endOf(grant);
    const end = no ?? last;
    const tookMs = end ? end.at - openedAt : undefined;
    stages.push({ grant, rule: byRule[index], stage, group, openedAt, asked, words, result, tookMs });
    if (result !== "approved" || !last) break;
    openedAt = last.at;
  }
  return stages;
}
