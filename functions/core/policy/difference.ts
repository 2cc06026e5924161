import { eligibleApprovers } from "../approval/eligible.ts";
import { canonicalJson } from "../canonical.ts";
import type { Statement } from "../kinds/kind.ts";
import { statementsOf } from "../kinds/registry.ts";
import { decideOnTrial } from "./ask.ts";
import type { Rule } from "./bundle.ts";
import { type Asked, inputOf } from "./cases.ts";
import type { AskInput } from "./context.ts";
import type { Decision, PlannedStage, ShadowNote } from "./decided.ts";
import type { DecideDeps } from "./decision.ts";
import { windowCapOf } from "./window-cap.ts";

/** An ask to be decided under two policies, what it is called, and where it comes from: the cases, as yet. */
export type Question = Asked & { name: string; from: string };

type Stage = Pick<PlannedStage, "group" | "quorum" | "within" | "escalateTo" | "exclude" | "channel"> & {
  /** Who may answer. */
  people: string[];
};

/** What one policy answers, in the parts that two answers are compared by. */
export type Answer = {
  /** `cannot_be_asked`: the catalogue does not know the agent or the resource, or does not offer it so. */
  outcome: Decision["outcome"] | "cannot_be_asked";
  /** Why it cannot be asked. */
  reason?: string;
  stages: Stage[];
  /** The stages that a broken glass leaves unasked. */
  skipped: Stage[];
  /** The longest window that such an ask may have. */
  capSeconds: number | undefined;
  riskBand: string | undefined;
  /** What a session could do, and as which access role; nothing for a no. Placeholders are left in. */
  can: { accessRole: string; statements: Statement[] } | undefined;
  /** The IAM identities that would be this agent. */
  principals: string[];
  /** The rules that made it. Another rule that comes to the same is no other answer. */
  rules: string[];
  /** What rules on trial would have done: no part of the answer. */
  onTrial: ShadowNote[];
};

const aspects = ["outcome", "stages", "skipped", "capSeconds", "riskBand", "can", "principals"] as const;
export type Aspect = (typeof aspects)[number];

/** An ask that is decided otherwise, in what, and whether the policy that is compared lets more pass or less. */
export type Difference = {
  question: Question;
  before: Answer;
  after: Answer;
  changed: Aspect[];
  towards: "more" | "less" | "other";
};
export type Comparison = {
  compared: number;
  otherwise: Difference[];
  /** Each rule that is on trial in the policy that is compared: in how many of the asks it would have had something to say. */
  onTrial: ({ rule: string } & Record<ShadowNote["would"], number>)[];
  /** Decided alike, and by other rules. */
  byOtherRules: Omit<Difference, "changed" | "towards">[];
};

const UNASKED: Omit<Answer, "outcome" | "reason"> = {
  ...{ stages: [], skipped: [], capSeconds: undefined, riskBand: undefined, can: undefined },
  ...{ principals: [], rules: [], onTrial: [] },
};

const stagesOf =
  ({ catalogue }: DecideDeps, { agent, at }: AskInput) =>
  (planned: PlannedStage): Stage => {
    const { stage: _, rule: __, reason: ___, ...demand } = planned;
    return { ...demand, people: eligibleApprovers(catalogue, agent, demand, at).map(({ id }) => id) };
  };

/** What a policy answers to a question. */
function answerTo(deps: DecideDeps, question: Question): Answer {
  const input = inputOf(deps.catalogue, question);
  if (typeof input === "string") return { ...UNASKED, outcome: "cannot_be_asked", reason: input };
  const { agent, resource, access, scope } = input;
  const decision = decideOnTrial(deps, input, question.context);
  const { outcome, plan, breakGlass, risk, rules, shadow } = decision;
  const { accessRole, kind, arn, settings } = resource;
  const statements = () => statementsOf({ kind, arn, settings, access, scope });
  return {
    outcome,
    stages: plan.map(stagesOf(deps, input)),
    skipped: (breakGlass?.skipped ?? []).map(stagesOf(deps, input)),
    capSeconds: windowCapOf(deps.bundle.rules, decision, resource),
    riskBand: risk?.band,
    can: outcome === "deny" ? undefined : { accessRole, statements: statements() },
    principals: [...agent.principals].sort(),
    rules: rules.map(({ id }) => id),
    onTrial: shadow?.notes ?? [],
  };
}

const isSame = (one: unknown, other: unknown): boolean =>
  canonicalJson([one ?? null]) === canonicalJson([other ?? null]);

const OPENNESS: Record<Answer["outcome"], number> = {
  cannot_be_asked: 0,
  deny: 0,
  needs_approval: 1,
  allow: 2,
};

function towardsOf(before: Answer, after: Answer, changed: readonly Aspect[]): Difference["towards"] {
  const opened = OPENNESS[after.outcome] - OPENNESS[before.outcome];
  const longer = (after.capSeconds ?? 0) - (before.capSeconds ?? 0);
  const onlyCap = changed.length === 1 && changed[0] === "capSeconds";
  const step = opened !== 0 ? opened : onlyCap ? longer : 0;
  if (step === 0) return "other";
  return step > 0 ? "more" : "less";
}

function differenceIn(question: Question, before: Answer, after: Answer): Difference {
  const unequal = aspects.filter((aspect) => !isSame(before[aspect], after[aspect]));
  // What cannot be asked has no risk and no stages: that says nothing more.
  const changed: Aspect[] =
    unequal.includes("outcome") && (before.reason ?? after.reason) ? ["outcome"] : unequal;
  return { question, before, after, changed, towards: towardsOf(before, after, changed) };
}

/** How often each rule on trial was noted, and as what; those that said nothing of any ask too. */
function trialsOf(rules: readonly Rule[], answers: readonly Answer[]): Comparison["onTrial"] {
  const notes = answers.flatMap(({ onTrial }) => onTrial);
  return rules
    .filter(({ shadow }) => shadow)
    .map(({ id }) => {
      const count = (would: ShadowNote["would"]) =>
        notes.filter((note) => note.id === id && note.would === would).length;
      return {
        rule: id,
        deny: count("deny"),
        ask: count("ask"),
        allow: count("allow"),
        error: count("error"),
      };
    });
}

/** Decides each question under both policies. Pure. What is in no question is not compared, and may be decided otherwise too. */
export function compareDecisions(
  before: DecideDeps,
  after: DecideDeps,
  questions: readonly Question[],
): Comparison {
  const all = questions.map((each) => differenceIn(each, answerTo(before, each), answerTo(after, each)));
  return {
    compared: all.length,
    otherwise: all.filter(({ changed }) => changed.length > 0),
    onTrial: trialsOf(
      after.bundle.rules,
      all.map((each) => each.after),
    ),
    byOtherRules: all
      .filter((each) => each.changed.length === 0 && !isSame(each.before.rules, each.after.rules))
      .map(({ question, before: was, after: is }) => ({ question, before: was, after: is })),
  };
}
