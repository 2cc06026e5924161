import type { GrantView } from "../../functions/core/api/schemas.ts";
import { durationInWords } from "../../functions/core/time.ts";
import { isAction } from "../access/action.ts";
import { whoIsAsked } from "../access/words.ts";
import { inLine } from "../exit.ts";
import { trialText } from "../policy/trial-words.ts";

/** A scope in a few words: `prefix 2026/`, `keys a, b`; the whole resource where there is none. */
export const scopeText = (scope: GrantView["scope"]): string =>
  Object.entries(scope ?? {})
    .map(([part, value]) => `${part} ${[value].flat().join(", ")}`)
    .join("; ") || "the whole of it";

function windowText({ seconds, startsAt, endsAt }: GrantView["window"]): string {
  const long = durationInWords(seconds);
  if (endsAt) return `${long}, until ${endsAt}`;
  return startsAt ? `${long}, from ${startsAt}` : `${long}, from when it is approved`;
}

type Fact = [string, string | undefined];

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
const valueText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Each parameter on a line of its own, exactly as it was approved. */
function parameterFacts({ scope }: GrantView): Fact[] {
  const parameters = jsonOf(String(scope?.parameters ?? "{}"));
  if (typeof parameters !== "object" || parameters === null) return [["parameters", valueText(parameters)]];
  return Object.entries(parameters).map(([name, value]) => ["with", `${name}: ${valueText(value)}`]);
}

/** What is asked, exactly: what an approver looks at before a word is said. */
const askedFacts = (grant: GrantView): Fact[] => [
  ["agent", [grant.agent, grant.onBehalfOf && `on behalf of ${grant.onBehalfOf}`].filter(Boolean).join(", ")],
  ...(isAction(grant)
    ? [["action", grant.resource] satisfies Fact, ...parameterFacts(grant)]
    : ([
        ["access", `${grant.access} on ${grant.resource}`],
        ["scope", scopeText(grant.scope)],
        ["rows", grant.masked ? "masked, and no credentials" : undefined],
      ] satisfies Fact[])),
  ["window", windowText(grant.window)],
  ["purpose", grant.purpose],
  ["task", grant.task],
  ["ticket", grant.ticket],
  ["model", grant.model],
  ["extends", grant.extends],
];

const stageFacts = ({ decision }: GrantView): Fact[] =>
  decision.plan.map(({ stage, quorum, group, status, approved, rejected, decideBy }) => [
    `stage ${stage}`,
    [
      `${quorum} of ${group}: ${status}`,
      ...approved.map(({ person }) => `${person} said yes`),
      ...(rejected ? [`${rejected.person} said no${rejected.comment ? ` (${rejected.comment})` : ""}`] : []),
      ...(status === "open" && decideBy ? [`by ${decideBy}`] : []),
    ].join(", "),
  ]);

/** Each fact a line. A fact that somebody else wrote stays on its own, so that it cannot look like another. */
function linesOf(facts: readonly Fact[]): string {
  const lines = facts.flatMap(([name, value]) => (value ? [`${name.padEnd(10)}  ${inLine(value)}`] : []));
  return `${lines.join("\n")}\n`;
}

const outcomeText = ({ result, detail, by, at }: NonNullable<GrantView["outcome"]>): string =>
  [`${result}${detail ? ` (${detail})` : ""}`, by && `by ${by}`, at].filter(Boolean).join(", ");

/** A grant for people, with `more` after what was asked. */
export function grantLines(grant: GrantView, more: readonly Fact[] = []): string {
  const { id, status, decision, closing, redeemed, outcome } = grant;
  return linesOf([
    ["grant", id],
    ["status", status],
    ...askedFacts(grant),
    ...more,
    ["waits for", whoIsAsked(grant)],
    ...stageFacts(grant),
    ...decision.rules.map(({ id: rule, reason }): Fact => ["rule", `${reason} (${rule})`]),
    ...(decision.shadow?.notes ?? []).map((note): Fact => ["on trial", trialText(note)]),
    ["redeemed", redeemed && `by ${redeemed.by}, ${redeemed.at}`],
    ["outcome", outcome && outcomeText(outcome)],
    ["closed", closing && [closing.code, closing.detail, `by ${closing.by}`].filter(Boolean).join(", ")],
    ["still works", grant.liveUntil && `until ${grant.liveUntil}`],
    ["extended by", grant.extendedBy],
    ...(grant.timeline ?? []).map(({ time, type, by }): Fact => ["then", `${time}  ${type}  ${by}`]),
  ]);
}

/** What is being approved, with why people are asked and how risky it looks. */
export function approvalLines(grant: GrantView, stage: number): string {
  const { decision } = grant;
  const reasons = decision.plan.flatMap((each) => (each.stage === stage ? [each.reason] : []));
  return linesOf([
    ["grant", grant.id],
    ...askedFacts(grant),
    ...reasons.map((reason): Fact => ["asked as", reason]),
    ...stageFacts(grant),
    ["risk", decision.risk && `${decision.risk.score} (${decision.risk.band})`],
    ...(decision.risk?.factors ?? []).map(({ points, detail }): Fact => ["", `${points} ${detail}`]),
    ["digest", grant.digest],
  ]);
}
