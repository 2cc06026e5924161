import { stringify } from "yaml";
import { decideOnce } from "../../../functions/core/policy/ask.ts";
import { caseFile } from "../../../functions/core/policy/case-file.ts";
import { applyingRules, inputOf, tryCase } from "../../../functions/core/policy/cases.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import type { Loaded } from "../../../functions/core/policy/files/with-cases.ts";
import { isoSeconds } from "../../../functions/core/time.ts";
import type { RecordedGrant } from "../record/grant.ts";

const policyCase = caseFile.shape.cases.element;
// What a case may say of the context beside the ask itself.
const SAID = [
  ...(["hour", "weekday", "workingHours", "openGrants", "firstUse", "modelChanged"] as const),
  ...(["recentGrants", "recentWindowSeconds", "openReview"] as const),
];

type Written = Record<string, unknown>;

/** A recorded ask as a case asks it; the outcome is filled in by whoever decides it. */
function askedAs(grant: RecordedGrant, name: string): Written {
  const { agent, resource, access, scope, windowSeconds, context = {}, masked } = grant;
  return {
    name,
    agent,
    ask: {
      ...{ resource, access, windowSeconds },
      ...(scope ? { scope } : {}),
      ...(context.ticketGiven ? { ticket: true } : {}),
      ...(context.model === undefined ? {} : { model: context.model }),
      ...(masked ? { masked: true } : {}),
    },
    at: isoSeconds(grant.askedAt),
    context: Object.fromEntries(SAID.flatMap((fact) => (fact in context ? [[fact, context[fact]]] : []))),
  };
}

/** A case that any loader takes, whatever the answer to it is: it makes a new rule be tried. */
const unanswered = (written: Written, rule: string): Written => ({
  ...written,
  ...{ outcome: "deny", rules: [rule] },
});

/** The ask as a policy's catalogue takes it; undefined where it cannot be asked. */
function inputFor({ catalogue }: DecideDeps, written: Written, rule: string) {
  const parsed = policyCase.safeParse(unanswered(written, rule));
  const input = parsed.success ? inputOf(catalogue, parsed.data) : "";
  return typeof input === "string" ? undefined : { input, said: parsed.data?.context };
}

/** The case with the answer that a policy gives to it. */
function answered(deps: DecideDeps, written: Written, rule: string): Written | undefined {
  const asked = inputFor(deps, written, rule);
  if (!asked) return undefined;
  const decision = decideOnce(deps, asked.input, asked.said);
  const { outcome, plan, rules } = decision;
  return {
    ...written,
    outcome,
    ...(plan.length > 0 ? { plan: plan.map(({ quorum, group }) => `${quorum} of ${group}`) } : {}),
    rules: rules.map(({ id }) => id),
    ...(applyingRules(deps, asked.input, decision).includes(rule) ? {} : { not: [rule] }),
  };
}

const listed = (cases: readonly Written[]): string =>
  cases.length === 0
    ? ""
    : stringify(cases, { lineWidth: 0, aliasDuplicateObjects: false }).replace(/^(?=.)/gm, "  ");

type About = { rule: string; eased: boolean };

/** Asks just beyond what the record speaks for, of which one is enough to show that the rule still asks. */
function beyond(grant: RecordedGrant): Written[] {
  const title = `learned: ${grant.agent} asks to ${grant.access} ${grant.resource}`;
  const { context = {} } = grant;
  return [
    askedAs({ ...grant, windowSeconds: grant.windowSeconds * 2 }, `${title} for longer`),
    askedAs({ ...grant, context: { ...context, workingHours: false } }, `${title} out of hours`),
    askedAs({ ...grant, context: { ...context, modelChanged: true } }, `${title} with another model`),
    askedAs({ ...grant, context: { ...context, firstUse: true } }, `${title} for the first time`),
  ];
}
const itself = (grant: RecordedGrant): Written =>
  askedAs(grant, `learned: ${grant.agent} asks to ${grant.access} ${grant.resource}`);

/** Cases for a change in the form of a list of `cases/*.yaml`, before anybody has decided them: they make it be tried. */
export const casesToTry = (deps: DecideDeps, grant: RecordedGrant, { rule, eased }: About): string =>
  listed(
    [itself(grant), ...(eased ? beyond(grant) : [])].flatMap((each) =>
      inputFor(deps, each, rule) ? [unanswered(each, rule)] : [],
    ),
  );

/** What a change is for, as the changed policy answers it; where a rule asks less, also an ask for which it asks still. */
export function casesFor(deps: DecideDeps, grant: RecordedGrant, { rule, eased }: About): string {
  const answer = (each: Written): Written[] => {
    const made = answered(deps, each, rule);
    return made ? [made] : [];
  };
  const asks = beyond(grant)
    .flatMap(answer)
    .find(({ outcome, not }) => outcome === "needs_approval" && not === undefined);
  return listed([...[itself(grant)].flatMap(answer), ...(eased && asks ? [asks] : [])]);
}

/** The names of the cases that come out otherwise than they say. */
export const failing = ({ deps, cases }: Loaded): string[] =>
  cases.flatMap(({ case: each, input }) => (tryCase(deps, each, input).wrong.length > 0 ? [each.name] : []));
