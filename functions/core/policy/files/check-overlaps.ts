import { mapSettings, type Place, type Resource } from "../../catalogue.ts";
import { type KindName, kindNames } from "../../kinds/names.ts";
import { dataOf } from "../../kinds/registry.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import type { LocatedRule } from "./cedar.ts";
import { entitiesIn } from "./check-rules.ts";
import { fillIn, inPlaceText, placesOf } from "./places.ts";
import type { Report } from "./problem.ts";

/** How rules tell resources apart beyond what the catalogue says of them: by the ids and by the kinds that they name. */
type Distinctions = { ids: ReadonlySet<string>; kinds: ReadonlySet<KindName> };

/** True when a part of a rule's JSON is `resource.kind`. https://docs.cedarpolicy.com/policies/json-format.html */
function speaksOfKind(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  const { left, attr } = json as { left?: unknown; attr?: unknown };
  const isResource = JSON.stringify(left) === '{"Var":"resource"}';
  return (isResource && attr === "kind") || Object.values(json).some(speaksOfKind);
}

/** The kinds that a rule goes by: those that it names, or all of them when it names none, as `like` does not. */
function kindsIn(conditions: unknown): readonly KindName[] {
  if (!speaksOfKind(conditions)) return [];
  const text = JSON.stringify(conditions);
  const named = kindNames.filter((kind) => text.includes(JSON.stringify(kind)));
  return named.length > 0 ? named : kindNames;
}

function distinctionsIn(rules: readonly LocatedRule[]): Distinctions {
  const named = rules.flatMap(({ json }) => entitiesIn([json.resource, json.conditions]));
  return {
    ids: new Set(named.flatMap(({ type, id }) => (type === "Resource" ? [id] : []))),
    kinds: new Set(rules.flatMap(({ json }) => kindsIn(json.conditions))),
  };
}

/** What rules may go by. Two resources that share data must be alike in all of it, or the laxer one opens the other. */
const sensitivity = ({ environment, classification, tags, ownerGroup, dataSet }: Resource): string =>
  JSON.stringify([environment, classification, [...tags].sort(), ownerGroup, dataSet ?? null]);

/** Why rules may treat two resources otherwise. */
function differenceOf(one: Resource, other: Resource, { ids, kinds }: Distinctions): string | undefined {
  if (sensitivity(one) !== sensitivity(other))
    return "whose environment, classification, tags, data set or owner differ";
  if (ids.has(one.id) || ids.has(other.id)) return "which rules tell apart by name";
  const byKind = one.kind !== other.kind && (kinds.has(one.kind) || kinds.has(other.kind));
  return byKind ? "which rules tell apart by kind" : undefined;
}

/** ARN patterns of a resource's data in an account and a Region. */
const dataIn = ({ kind, arn, settings }: Resource, place: Place): string[] =>
  dataOf(kind, {
    arn: fillIn(arn, place),
    ...(settings ? { settings: mapSettings(settings, (text) => fillIn(text, place)) } : {}),
  });

/** True when a pattern takes in all that the other one does: results of two tables, each grant's own, are never shared. */
const takesIn = (outer: string, inner: string): boolean =>
  outer === inner ? !outer.includes("{grant}") : outer.endsWith("*") && inner.startsWith(outer.slice(0, -1));

type Held = { inner: Resource; difference: string; place: Place | undefined };

/** The first other resource whose data lies within this one's, wherever Latchkey may be deployed to, while rules may treat it otherwise. */
function heldBy(
  outer: Resource,
  list: readonly Resource[],
  { places, distinctions }: { places: readonly Place[]; distinctions: Distinctions },
): Held | undefined {
  for (const [index, place] of places.entries()) {
    for (const inner of list) {
      // The same ARN twice is said in other words.
      if (inner === outer || fillIn(inner.arn, place) === fillIn(outer.arn, place)) continue;
      const difference = differenceOf(inner, outer, distinctions);
      if (difference === undefined) continue;
      const narrow = dataIn(inner, place);
      if (dataIn(outer, place).some((wide) => narrow.some((each) => takesIn(wide, each))))
        return { inner, difference, place: index === 0 ? undefined : place };
    }
  }
  return undefined;
}

/** No resource holds another one's data that rules may treat otherwise. `sound`: those whose ARN and settings are. */
export function checkOverlaps(
  { resources }: CatalogueFiles,
  { sound, rules }: { sound: readonly Resource[]; rules: readonly LocatedRule[] },
  report: Report,
): void {
  const list = resources.value?.resources ?? [];
  const texts = sound.flatMap(({ arn, settings = {} }) => [arn, ...Object.values(settings).flat()]);
  // The first place is nowhere: what is so there is so everywhere.
  const where = { places: placesOf(texts), distinctions: distinctionsIn(rules) };
  for (const outer of sound) {
    const held = heldBy(outer, sound, where);
    if (!held) continue;
    const { inner, difference, place } = held;
    const reason = `holds resources[${list.indexOf(inner)}]${inPlaceText(place)}, ${difference}: split it`;
    report(resources.problem(["resources", list.indexOf(outer), "arn"], reason));
  }
}
