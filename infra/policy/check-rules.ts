import type { Rule } from "../../functions/core/policy/bundle.ts";
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

/** Rules have ids of their own, and the people that they ask for exist. */
export function checkRules(rules: readonly ReadRule[], { people }: CatalogueFiles, report: Report): void {
  const first = new Map<string, LocatedRule>();
  for (const { located, rule } of rules) {
    const wrong = (name: string, reason: string) => {
      const line = annotationLine(located, name);
      report({ file: located.source.name, line, at: `${located.at}: @${name}`, reason });
    };
    const earlier = first.get(rule.id);
    if (!earlier) first.set(rule.id, located);
    else wrong("id", `is already used at ${earlier.source.name}:${annotationLine(earlier, "id")}`);

    if (!rule.obligation || !people.value) continue;
    const { approvers, quorum } = rule.obligation;
    if (!Object.hasOwn(people.value.groups, approvers))
      wrong("approvers", `no group has the id ${approvers}`);
    else {
      const count = people.value.people.filter(({ groups }) => groups.includes(approvers)).length;
      if (count < quorum)
        wrong("quorum", `asks for ${quorum} people of group ${approvers}, which has ${count}`);
      if (count > MOST_ASKED)
        wrong(
          "approvers",
          `asks ${count} people of group ${approvers}; at most ${MOST_ASKED} can be asked at once`,
        );
    }
  }
}

type Named = { type: string; id: string };

/** Every entity that a rule's JSON names, in its head or its conditions. */
function entitiesIn(json: unknown): Named[] {
  if (typeof json !== "object" || json === null) return [];
  const { type, id } = json as Partial<Named>;
  const own = typeof type === "string" && typeof id === "string" ? [{ type, id }] : [];
  return [...own, ...Object.values(json).flatMap(entitiesIn)];
}

/**
 * An agent, team or resource that a rule names must be in the catalogue: Cedar takes any name, and a `forbid` with a
 * misspelt one would forbid nothing.
 */
export function checkNames(rules: readonly LocatedRule[], files: CatalogueFiles, report: Report): void {
  const agents = files.agents.value?.agents;
  const resources = files.resources.value?.resources;
  const known: Record<string, readonly string[] | undefined> = {
    Agent: agents?.map(({ id }) => id),
    Team: agents?.map(({ team }) => team),
    Resource: resources?.map(({ id }) => id),
  };
  for (const { source, start, text, json, at } of rules) {
    for (const { type, id } of entitiesIn([json.principal, json.resource, json.conditions])) {
      const ids = known[type];
      if (!ids || ids.includes(id)) continue;
      const line = lineAt(source.text, start + Math.max(0, text.indexOf(`"${id}"`)));
      report({ file: source.name, line, at, reason: `no ${type.toLowerCase()} has the id ${id}` });
    }
  }
}
