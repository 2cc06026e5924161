import type { Rule } from "../bundle.ts";
import { MOST_ON_TRIAL } from "../trial.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import type { LocatedRule } from "./cedar.ts";
import type { Report } from "./problem.ts";
import { annotationLine } from "./rules.ts";
import { lineAt } from "./source.ts";

// Everybody's link is written in one DynamoDB transaction of at most 100 items, with the stage and the event.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const MOST_ASKED = 90;

/** A rule that was read, with where it stands. */
export type ReadRule = { located: LocatedRule; rule: Rule };

type People = NonNullable<CatalogueFiles["people"]["value"]>;
type Wrong = (name: string, reason: string) => void;

/** What is wrong with one group that an obligation asks, at the annotation that names it. */
function checkGroup({ groups, people }: People, id: string, wrong: (reason: string) => void): void {
  if (!Object.hasOwn(groups, id)) {
    wrong(`no group has the id ${id}`);
    return;
  }
  const count = people.filter((person) => person.groups.includes(id)).length;
  if (count === 0) wrong(`group ${id} has nobody in it`);
  if (count > MOST_ASKED)
    wrong(`asks ${count} people of group ${id}; at most ${MOST_ASKED} can be asked at once`);
}

/** The people that an obligation asks for exist, and can do what it demands of them. */
function checkObligation(
  catalogue: People,
  { approvers, quorum, escalateTo, exclude, channel }: NonNullable<Rule["obligation"]>,
  wrong: Wrong,
): void {
  const members = (id: string) => catalogue.people.filter(({ groups }) => groups.includes(id));
  const asked = members(approvers);
  checkGroup(catalogue, approvers, (reason) => wrong("approvers", reason));
  if (asked.length > 0 && asked.length < quorum)
    wrong("quorum", `asks for ${quorum} people of group ${approvers}, which has ${asked.length}`);
  if (escalateTo === approvers) wrong("escalate", "must be another group than @approvers");
  else if (escalateTo !== undefined) checkGroup(catalogue, escalateTo, (reason) => wrong("escalate", reason));
  const both = new Set([...asked, ...members(escalateTo ?? "")]).size;
  if (both > MOST_ASKED && asked.length <= MOST_ASKED && members(escalateTo ?? "").length <= MOST_ASKED)
    wrong("escalate", `asks ${both} people of both groups; at most ${MOST_ASKED} can be asked at once`);
  const teamless = [...asked, ...members(escalateTo ?? "")].find(({ team }) => team === undefined);
  if (exclude === "team" && teamless)
    wrong(
      "exclude",
      `${teamless.id} has no team in the catalogue, so nobody knows whether they are of the agent's`,
    );
  const signing = asked.filter(({ principal }) => principal !== undefined).length;
  if (channel === "signed" && signing < quorum && quorum <= asked.length)
    wrong("channel", `needs ${quorum} of group ${approvers} with a principal, which has ${signing}`);
}

/** Reports what is wrong with an annotation, at its line. */
const wrongIn =
  ({ located }: ReadRule, report: Report): Wrong =>
  (name, reason) => {
    const line = annotationLine(located, name);
    report({ file: located.source.name, line, at: `${located.at}: @${name}`, reason });
  };

/** Each rule on trial that applies costs every ask two decisions more. */
function checkTrials(rules: readonly ReadRule[], report: Report): void {
  const onTrial = rules.filter(({ rule }) => rule.shadow);
  const [one] = onTrial.slice(MOST_ON_TRIAL);
  if (one)
    wrongIn(one, report)(
      "shadow",
      `at most ${MOST_ON_TRIAL} rules can be on trial at once, and there are ${onTrial.length}`,
    );
}

/** Rules have ids of their own, the people that they ask for exist, and not too many are on trial. */
export function checkRules(rules: readonly ReadRule[], { people }: CatalogueFiles, report: Report): void {
  checkTrials(rules, report);
  const first = new Map<string, LocatedRule>();
  for (const each of rules) {
    const { located, rule } = each;
    const wrong = wrongIn(each, report);
    const earlier = first.get(rule.id);
    if (!earlier) first.set(rule.id, located);
    else wrong("id", `is already used at ${earlier.source.name}:${annotationLine(earlier, "id")}`);
    if (rule.obligation && people.value) checkObligation(people.value, rule.obligation, wrong);
  }
}

type Named = { type: string; id: string };

/** Every entity that a rule's JSON names, in its head or its conditions. */
export function entitiesIn(json: unknown): Named[] {
  if (typeof json !== "object" || json === null) return [];
  const { type, id } = json as Partial<Named>;
  const own = typeof type === "string" && typeof id === "string" ? [{ type, id }] : [];
  return [...own, ...Object.values(json).flatMap(entitiesIn)];
}

// What an entity type is called in problems.
const SPOKEN: Record<string, string> = { DataSet: "data set" };

/**
 * An agent, team, role, resource, data set or environment that a rule names must be in the catalogue: Cedar takes any
 * name, and a `forbid` with a misspelt one would forbid nothing.
 */
export function checkNames(rules: readonly LocatedRule[], files: CatalogueFiles, report: Report): void {
  const agents = files.agents.value?.agents;
  const resources = files.resources.value?.resources;
  const actions = files.actions.value?.actions ?? [];
  const known: Record<string, readonly (string | undefined)[] | undefined> = {
    Agent: agents?.map(({ id }) => id),
    Team: agents?.map(({ team }) => team),
    Role: agents?.flatMap(({ roles }) => roles ?? []),
    Resource: resources && [...resources, ...actions].map(({ id }) => id),
    DataSet: resources?.map(({ dataSet }) => dataSet),
    Environment: resources && [...resources, ...actions].map(({ environment }) => environment),
  };
  for (const { source, start, text, json, at } of rules) {
    for (const { type, id } of entitiesIn([json.principal, json.resource, json.conditions])) {
      const ids = known[type];
      if (!ids || ids.includes(id)) continue;
      const line = lineAt(source.text, start + Math.max(0, text.indexOf(`"${id}"`)));
      const reason = `no ${SPOKEN[type] ?? type.toLowerCase()} has the id ${id}`;
      report({ file: source.name, line, at, reason });
    }
  }
}
