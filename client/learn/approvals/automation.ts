import { subjectOf } from "../../../functions/core/catalogue.ts";
import { ACTION } from "../../../functions/core/kinds/names.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { type Candidate, type Evidence, examplesOf } from "./candidate.ts";
import { boundsOf, isKnown, type Key, type Known, keyText, unlessWithin } from "./clause.ts";
import { withClause } from "./edit.ts";
import type { AskedStage } from "./stages.ts";
import { groupBy, isUnread } from "./tally.ts";
import { daysBetween, type Thresholds } from "./thresholds.ts";
import { wentQuietly } from "./told.ts";

/** A rule whose people are never proposed to be left out: it asks for a signed word, or is on trial. */
const mayBeEased = ({ obligation }: Rule): boolean =>
  obligation !== undefined && obligation.channel === undefined;

// What is personal whatever policy/risk.yaml says of it.
const PERSONAL = ["pii", "special-category"];
const NEVER = ["special-category"];

/**
 * True of what may pass without a person at all: no secret (what was read stays known), no action (its parameters, which
 * decide how grave it is, are not on record), nothing of a special category, and what is personal only masked. Any tag
 * that policy/risk.yaml weighs counts as personal.
 */
function isHarmless({ bundle, catalogue }: DecideDeps, { resource: id, masked }: Key): boolean {
  const resource = subjectOf(catalogue, id);
  if (!resource || resource.kind === "secret" || resource.kind === ACTION) return false;
  if (resource.tags.some((tag) => NEVER.includes(tag))) return false;
  const weighed = bundle.risk.factors.tags;
  return masked || !resource.tags.some((tag) => PERSONAL.includes(tag) || (weighed[tag] ?? 0) > 0);
}

type Deps = { deps: DecideDeps; folder: PolicyFolder; thresholds: Thresholds };
/** A stage that was approved by people who had the time to read, of an ask that is low in risk and ended quietly. */
type Clean = AskedStage & { grant: AskedStage["grant"] & Known };

/** True of a yes that nobody had a reason to regret. One that is not speaks against all that it is about. */
const isYes = (deps: DecideDeps, { grant, result }: AskedStage): boolean =>
  result === "approved" && !grant.breakGlass && isHarmless(deps, grant) && wentQuietly(grant);

/** True of a yes that is evidence: of another, nothing follows for asks like it, and a change leaves them as they are. */
function isClean({ deps, thresholds }: Deps, stage: AskedStage): stage is Clean {
  const { grant, words } = stage;
  const { medium } = deps.bundle.risk.bands;
  return (
    isKnown(grant) &&
    grant.risk !== undefined &&
    grant.risk.score < medium &&
    (grant.context.risk ?? 100) < medium &&
    words.some((word) => word.yes && !isUnread(word, thresholds.unreadSeconds))
  );
}

/**
 * A rule sees no more of a scope than whether there is one: who said yes to a part would have it pass for every other part
 * too. So the yes to a part is evidence of nothing that a rule can say, and the yes to the whole holds for its parts.
 */
const isOfWhole = ({ grant }: Clean): boolean =>
  grant.scope === undefined && grant.context.wholeResource === true;

/** Stages of asks that were taken back, or wait still, speak neither for nor against. */
const wasDecided = ({ result }: AskedStage): boolean => result !== "withdrawn" && result !== "open";

const peopleOf = (stages: readonly Clean[]): string[] =>
  [...new Set(stages.flatMap(({ words }) => words.map(({ person }) => person)))].sort();

const evidenceOf = (key: Key, stages: readonly Clean[]): Evidence => ({
  ...{ agent: key.agent, resource: key.resource, access: key.access, masked: key.masked },
  asks: stages.length,
  days: Math.floor(daysBetween(stages.map(({ grant }) => grant.askedAt))),
  people: peopleOf(stages),
  highestRisk: Math.max(...stages.map(({ grant }) => grant.context.risk ?? 100)),
});

function candidateOf({ folder, thresholds }: Deps, rule: Rule, clean: readonly Clean[]): Candidate[] {
  const days = daysBetween(clean.map(({ grant }) => grant.askedAt));
  if (clean.length < thresholds.asks || days < thresholds.days) return [];
  const groups = [...groupBy(clean, ({ grant }) => keyText(grant)).values()];
  const bounds = groups.flatMap(([first, ...more]) =>
    first
      ? [
          boundsOf(
            first.grant,
            [first, ...more].map(({ grant }) => grant),
          ),
        ]
      : [],
  );
  const edit = withClause(folder, rule.id, unlessWithin(bounds));
  if (!edit) return [];
  const evidence = groups.flatMap((some) => (some[0] ? [evidenceOf(some[0].grant, some)] : []));
  const keys = bounds.map(keyText);
  return [
    {
      kind: "automate",
      rule: rule.id,
      because: `${rule.id} asked ${clean.length} times in ${Math.floor(days)} days for ${keys.join("; ")}, and ${peopleOf(clean).join(", ")} said yes every time`,
      ...{ evidence, edit },
      examples: examplesOf(clean.map(({ grant }) => grant)),
      touches: (ask) => keys.includes(keyText(ask)),
    },
  ];
}

/** The evidence among stages that nobody had a reason to regret: one that somebody had, and there is none. */
const cleanIn = (given: Deps, some: readonly AskedStage[]): Clean[] =>
  some.every((each) => isYes(given.deps, each)) ? some.filter((each) => isClean(given, each)) : [];

/**
 * Rules whose people always say yes to what is harmless. Where a rule was never answered otherwise, all that it asked for
 * is taken together; else each agent, resource and access by itself. One no, one lapse, one that
 * somebody stopped, and nothing is claimed of what it is about.
 */
export function automationCandidates(given: Deps, stages: readonly AskedStage[]): Candidate[] {
  const decided = groupBy(stages.filter(wasDecided), ({ rule }) => rule);
  return given.deps.bundle.rules.filter(mayBeEased).flatMap((rule) => {
    const own = decided.get(rule.id) ?? [];
    const cleanOf = (some: readonly AskedStage[]): Clean[] => cleanIn(given, some).filter(isOfWhole);
    const whole = candidateOf(given, rule, cleanOf(own));
    if (whole.length > 0) return whole;
    return [...groupBy(own, ({ grant }) => keyText(grant)).values()].flatMap((some) =>
      candidateOf(given, rule, cleanOf(some)),
    );
  });
}

/** What always gets a yes, and only ever for parts of a resource: no change of a rule is as narrow as that. */
export type OfParts = { rule: string; because: string; examples: string[] };

/** What would be proposed if a rule could name the parts of a resource that people said yes to. */
export function approvedInParts(
  given: Deps,
  stages: readonly AskedStage[],
  candidates: readonly Candidate[],
): OfParts[] {
  const { thresholds, deps } = given;
  const decided = groupBy(
    stages.filter(wasDecided),
    ({ rule, grant }) => rule && `${rule} ${keyText(grant)}`,
  );
  return [...decided.values()].flatMap((some): OfParts[] => {
    const parts = cleanIn(given, some).filter((each) => !isOfWhole(each));
    const [first] = parts;
    const rule = deps.bundle.rules.find(({ id }) => id === first?.rule);
    const days = daysBetween(parts.map(({ grant }) => grant.askedAt));
    if (!first || !rule || !mayBeEased(rule)) return [];
    if (parts.length < thresholds.asks || days < thresholds.days) return [];
    if (candidates.some(({ rule: id, touches }) => id === rule.id && touches(first.grant))) return [];
    return [
      {
        rule: rule.id,
        because: `${rule.id} asked ${parts.length} times in ${Math.floor(days)} days for parts of ${keyText(first.grant)}, and ${peopleOf(parts).join(", ")} said yes every time`,
        examples: examplesOf(parts.map(({ grant }) => grant)),
      },
    ];
  });
}
