import { subjectOf } from "../../../functions/core/catalogue.ts";
import { PERFORM } from "../../../functions/core/kinds/names.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { durationInWords } from "../../../functions/core/time.ts";
import { type Candidate, type Evidence, examplesOf } from "./candidate.ts";
import { headOf, type Key, keyText } from "./clause.ts";
import { appended, withMaxWindow } from "./edit.ts";
import { groupBy } from "./tally.ts";
import { daysBetween, type Thresholds } from "./thresholds.ts";
import { type Told, wasGranted, wasUsed } from "./told.ts";

type Deps = { deps: DecideDeps; folder: PolicyFolder; thresholds: Thresholds };

const LEARNED = "rules/learned.cedar";
const HEAD = "// What the record speaks for. Move each to where it belongs.\n\n";

const evidenceOf = (grants: readonly Told[], { agent, resource, access, masked }: Key): Evidence => ({
  ...{ agent, resource, access, masked },
  asks: grants.length,
  days: Math.floor(daysBetween(grants.map(({ askedAt }) => askedAt))),
  people: [...new Set(grants.flatMap(({ moves }) => moves.flatMap(wordOf)))].sort(),
  highestRisk: Math.max(...grants.map(({ risk }) => risk?.score ?? 0)),
});
const wordOf = ({ actor, stage }: Told["moves"][number]): string[] =>
  actor.type === "person" && stage !== undefined ? [actor.id] : [];

/** An id for a new rule: at most 64 characters, and no other rule's. */
function idFor(rules: readonly Rule[], words: string): string {
  const short = words.slice(0, 60).replace(/-+$/, "");
  const taken = (id: string) => rules.some((rule) => rule.id === id);
  return [short, ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${short}-${n}`)].find((id) => !taken(id)) ?? short;
}

type Forbid = { kind: "forbid-unused" | "forbid-rejected"; start: string; reason: string; because: string };

/** A rule that says no to exactly one agent, resource and access, where it was a yes of no use, or a no that took people. */
function forbidding({ deps, folder }: Deps, grants: readonly Told[], given: Forbid): Candidate[] {
  const [first] = grants;
  // What may be needed in an emergency is not forbidden for want of use.
  if (grants.some(({ breakGlass }) => breakGlass)) return [];
  const resource = first && subjectOf(deps.catalogue, first.resource);
  // Words of the record come into a rule's text only where the catalogue has them, too: those are ids.
  const isKnown =
    deps.catalogue.agents.some(({ id }) => id === first?.agent) &&
    resource?.accesses.some((access) => access === first?.access);
  if (!first || !isKnown) return [];
  const id = idFor(deps.bundle.rules, `${given.start}-${first.agent}-${first.access}-${first.resource}`);
  const offersBoth = resource?.masking !== undefined;
  const when = offersBoth ? ` when {\n  ${first.masked ? "" : "!"}context.masked\n}` : "";
  const head = `@id("${id}")\n@reason("${given.reason}")\nforbid (\n${headOf(first)}\n)${when};\n`;
  const key = keyText(first);
  return [
    {
      ...{ kind: given.kind, rule: id, because: given.because },
      evidence: [evidenceOf(grants, first)],
      examples: examplesOf(grants),
      edit: appended(folder, LEARNED, { head: HEAD, text: `\n${head}`.slice(1) }),
      touches: (ask) => keyText(ask) === key,
    },
  ];
}

/** What was granted again and again and never collected: the agent can do without. Where nobody collects, nothing is said. */
function neverUsed(given: Deps, grants: readonly Told[]): Candidate[] {
  const granted = grants.filter(wasGranted);
  if (!granted.some(wasUsed)) return [];
  return [...groupBy(granted, keyText).values()].flatMap((some) => {
    const days = daysBetween(some.map(({ askedAt }) => askedAt));
    const [first] = some;
    if (!first || some.length < given.thresholds.unused || days < given.thresholds.days) return [];
    if (some.some(wasUsed)) return [];
    return forbidding(given, some, {
      ...{ kind: "forbid-unused", start: "not-used" },
      reason: "it was granted again and again, and never used",
      because: `${keyText(first)} was granted ${some.length} times in ${Math.floor(days)} days, and never collected`,
    });
  });
}

const isRejected = ({ moves }: Told): boolean => moves.some(({ type }) => type === "grant.rejected");

/** What people always say no to: policy may say it at once. */
function alwaysRejected(given: Deps, grants: readonly Told[]): Candidate[] {
  const asked = grants.filter(({ decision, breakGlass }) => decision !== "deny" && !breakGlass);
  return [...groupBy(asked, keyText).values()].flatMap((some) => {
    const [first] = some;
    const rejected = some.filter(isRejected);
    const days = daysBetween(rejected.map(({ askedAt }) => askedAt));
    if (!first || rejected.length < given.thresholds.rejected || days < given.thresholds.days) return [];
    if (rejected.length < some.length) return [];
    return forbidding(given, rejected, {
      ...{ kind: "forbid-rejected", start: "always-rejected" },
      reason: "people have said no to it every time",
      because: `${keyText(first)} was asked for ${rejected.length} times in ${Math.floor(days)} days, and rejected every time`,
    });
  });
}

const STEPS = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200];
const typed = (seconds: number): string =>
  seconds % 3_600 === 0 ? `${seconds / 3_600}h` : `${seconds / 60}m`;

/** Permits that let far longer windows pass than anybody asks for. */
function neverSoLong({ deps, folder, thresholds }: Deps, grants: readonly Told[]): Candidate[] {
  return deps.bundle.rules.flatMap((rule): Candidate[] => {
    const { id, maxWindowSeconds: cap } = rule;
    if (cap === undefined || rule.breakGlass) return [];
    const own = grants.filter(
      // How long a permit of an action is good for, the catalogue says and nobody asks.
      ({ decision, rules, access }) => decision !== "deny" && access !== PERFORM && rules.includes(id),
    );
    const days = daysBetween(own.map(({ askedAt }) => askedAt));
    if (own.length < thresholds.asks || days < thresholds.days) return [];
    const longest = own.reduce((most, { windowSeconds }) => Math.max(most, windowSeconds), 0);
    const step = STEPS.find((seconds) => seconds >= longest);
    if (step === undefined || step * 2 > cap) return [];
    const edit = withMaxWindow(folder, id, typed(step));
    if (!edit) return [];
    return [
      {
        ...{ kind: "shorten", rule: id, edit },
        because: `${id} lets windows of ${durationInWords(cap)} pass, and none of ${own.length} in ${Math.floor(days)} days was longer than ${durationInWords(longest)}`,
        evidence: [...groupBy(own, keyText).values()].flatMap((some) =>
          some[0] ? [evidenceOf(some, some[0])] : [],
        ),
        examples: examplesOf(own),
        touches: ({ windowSeconds }) => windowSeconds > step,
      },
    ];
  });
}

export const tighteningCandidates = (given: Deps, grants: readonly Told[]): Candidate[] => [
  ...neverUsed(given, grants),
  ...alwaysRejected(given, grants),
  ...neverSoLong(given, grants),
];
