import { type Catalogue, subjectOf } from "../../../functions/core/catalogue.ts";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import type { AskContext } from "../../../functions/core/policy/context.ts";
import { blankComments } from "../../../functions/core/policy/files/split-rules.ts";
import { durationInWords } from "../../../functions/core/time.ts";
import type { Story } from "./story.ts";

type Known = Partial<AskContext>;
type Fact = keyof AskContext;

const many = (count: number | undefined): string => `${count ?? 0} grant${count === 1 ? "" : "s"}`;
const yes = (is: boolean | undefined, one: string, other: string): string => (is ? one : other);

/** Each fact that rules may go by, as it was. */
const WORDS: Partial<Record<Fact, (context: Known) => string>> = {
  windowSeconds: ({ windowSeconds = 0 }) => `a window of ${durationInWords(windowSeconds)}`,
  wholeResource: ({ wholeResource }) => yes(wholeResource, "the whole resource", "a part of the resource"),
  masked: ({ masked }) => yes(masked, "masked rows", "not masked"),
  risk: ({ risk }) => `risk ${risk}`,
  purposeGiven: ({ purposeGiven }) => yes(purposeGiven, "a purpose was given", "no purpose was given"),
  ticketGiven: ({ ticketGiven }) => yes(ticketGiven, "a ticket was named", "no ticket was named"),
  hour: ({ hour }) => `starting in the hour from ${hour}:00`,
  weekday: ({ weekday }) =>
    `on a ${["", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday ?? 0]}`,
  workingHours: ({ workingHours }) => yes(workingHours, "in working hours", "outside working hours"),
  openGrants: ({ openGrants }) => `${many(openGrants)} of the agent open`,
  firstUse: ({ firstUse }) =>
    yes(firstUse, "nothing of this resource was approved for it before", "it had this resource before"),
  modelChanged: ({ modelChanged }) =>
    yes(modelChanged, "another model than at the last approval", "the model of the last approval"),
  recentGrants: ({ recentGrants }) => `${many(recentGrants)} of this resource today and yesterday`,
  recentWindowSeconds: ({ recentWindowSeconds = 0 }) =>
    `${durationInWords(recentWindowSeconds)} of this resource granted today and yesterday`,
  breakGlass: ({ breakGlass }) => yes(breakGlass, "as an emergency", "not as an emergency"),
  openReview: ({ openReview }) => yes(openReview, "a review of an emergency is open", "no review is open"),
  triggers: ({ triggers = [] }) =>
    triggers.length > 0 ? `it fires ${triggers.join(", ")}` : "it fires no trigger",
};

/** What rules say of the resource, by the attribute that they read. */
const attributesOf = (catalogue: Catalogue, { ask }: Story): Record<string, string> => {
  const resource = subjectOf(catalogue, ask.resource);
  const agent = catalogue.agents.find(({ id }) => id === ask.agent);
  if (!resource || !agent) return {};
  return {
    "resource.tags": `tagged ${resource.tags.join(", ") || "nothing"}`,
    "resource.classification": `${resource.classification} data`,
    "resource.kind": `a ${resource.kind}`,
    "principal.environment": `an agent of ${agent.environment} on data of ${resource.environment}`,
  };
};

/**
 * What the rules that decided go by, as it was: of each fact that they name. The record names rules and does not quote
 * them, so nothing is said by a policy at hand that is not the one that decided.
 */
export function factLines(bundle: PolicyBundle, story: Story): string[] {
  if (story.decision.policyVersion !== bundle.version) return [];
  const ids = story.decision.rules.map(({ id }) => id);
  const text = bundle.rules
    .flatMap((rule) => (ids.includes(rule.id) ? [blankComments(rule.text)] : []))
    .join("\n");
  const { context } = story.decision;
  const attributes = Object.entries(attributesOf(bundle.catalogue, story));
  const facts = [
    ...attributes.flatMap(([name, words]) => (text.includes(name) ? [words] : [])),
    ...(Object.keys(WORDS) as Fact[]).flatMap((fact) => {
      const isRead = new RegExp(`\\bcontext(\\.| has )${fact}\\b`).test(text);
      return isRead && context?.[fact] !== undefined ? [WORDS[fact]?.(context) ?? ""] : [];
    }),
  ];
  return facts.length === 0 ? [] : [`What mattered to these rules: ${facts.join("; ")}.`];
}
