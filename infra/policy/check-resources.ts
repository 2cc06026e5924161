import type { Resource } from "../../functions/core/catalogue.ts";
import type { KindName } from "../../functions/core/kinds/names.ts";
import { fitsKind, offersAccess, parseScope } from "../../functions/core/kinds/registry.ts";
import { ANY_END, compileSessionPolicy, MAX_POLICY_CHARACTERS } from "../../functions/core/session-policy.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import { isOwnName, repeatsOf } from "./check-people.ts";
import { clashesOf, inNowhere, inPlaceText } from "./places.ts";
import type { Path, Report } from "./problem.ts";

// The largest policy that the catalogue itself may cause, so that scopes have room below STS's 2,048.
const WORST_CASE_CHARACTERS = 1_700;

// How an ARN of each kind may end in a wildcard; anywhere else, and in any other kind, none is one thing.
const OWN_WILDCARD: Record<KindName, string> = { "s3-prefix": "/*", "dynamodb-table": "" };

/** What a resource is called in its service: the bucket, the table. */
function nameOf(arn: string): string {
  const [first = "", second = ""] = arn.split(":").slice(5).join(":").split("/");
  return first === "table" ? second : first;
}

// Checks in this order; the first that fails is said, since the later ones read what it guards.
function arnProblem({ kind, arn }: Resource): string | undefined {
  const filled = inNowhere(arn);
  if (/[{}]/.test(filled)) return "may have no other placeholders than {account} and {region}";
  const end = OWN_WILDCARD[kind];
  if (/[*?$]/.test(arn.endsWith(end) ? arn.slice(0, arn.length - end.length) : arn))
    return `must have no wildcard${end ? ` but one ${end} at the end` : ""}`;
  if (!fitsKind(kind, arn) || !fitsKind(kind, filled)) return `is not the ARN of kind ${kind}`;
  if (isOwnName(nameOf(arn))) return "must not be one of Latchkey's own resources";
  return undefined;
}

function accessProblem({ kind, arn }: Resource, access: Resource["accesses"][number]): string | undefined {
  if (!offersAccess(kind, access)) return `kind ${kind} does not offer ${access}`;
  const compiled = compileSessionPolicy({ kind, arn: inNowhere(arn), access }, ANY_END);
  const characters = compiled.ok ? compiled.policy.length : compiled.characters;
  return characters > WORST_CASE_CHARACTERS
    ? `the session policy has ${characters} characters, more than ${WORST_CASE_CHARACTERS}: shorten the ARN`
    : undefined;
}

/** What rules may go by. Two resources that share data must be alike in all of it, or the laxer one opens the other. */
const sensitivity = ({ environment, classification, tags, ownerGroup, dataSet }: Resource): string =>
  JSON.stringify([environment, classification, [...tags].sort(), ownerGroup, dataSet ?? null]);

/** The first other resource whose data lies within this one's while rules may treat it otherwise. */
function swallowed(outer: Resource, list: readonly Resource[]): number {
  const reach = inNowhere(outer.arn).slice(0, -1);
  if (outer.kind !== "s3-prefix") return -1;
  return list.findIndex(
    (inner) =>
      inner.arn !== outer.arn &&
      inNowhere(inner.arn).startsWith(reach) &&
      sensitivity(inner) !== sensitivity(outer),
  );
}

/** What is wrong with a named part of a resource: it must be an ask that could be sent, for each access. */
function partProblem({ kind, arn, accesses }: Resource, scope: unknown): string | undefined {
  const parsed = parseScope(kind, scope);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `is no scope of kind ${kind}: ${[...(issue?.path ?? []), issue?.message].join(": ")}`;
  }
  const tooLarge = accesses
    .map((access) => compileSessionPolicy({ kind, arn: inNowhere(arn), access, scope: parsed.data }, ANY_END))
    .find(({ ok }) => !ok);
  return tooLarge ? `its session policy has more than ${MAX_POLICY_CHARACTERS} characters` : undefined;
}

function checkParts(resource: Resource, index: number, wrong: (path: Path, reason: string) => void): void {
  const parts = resource.subScopes ?? [];
  for (const { index: place, first } of repeatsOf(parts.map(({ id }) => id)))
    wrong(["resources", index, "subScopes", place, "id"], `is already the id of subScopes[${first}]`);
  parts.forEach(({ scope }, place) => {
    const reason = partProblem(resource, scope);
    if (reason) wrong(["resources", index, "subScopes", place, "scope"], reason);
  });
}

/** Resources: what each names is one thing that its kind understands, and nothing of Latchkey's own. */
export function checkResources({ people, resources }: CatalogueFiles, report: Report): void {
  const list = resources.value?.resources ?? [];
  for (const { index, first } of repeatsOf(list.map(({ id }) => id)))
    report(resources.problem(["resources", index, "id"], `is already the id of resources[${first}]`));
  list.forEach((resource, index) => {
    if (people.value && !Object.hasOwn(people.value.groups, resource.ownerGroup))
      report(
        resources.problem(["resources", index, "ownerGroup"], `no group has the id ${resource.ownerGroup}`),
      );
    const wrongArn = arnProblem(resource);
    if (wrongArn) {
      report(resources.problem(["resources", index, "arn"], wrongArn));
      return;
    }
    const inner = swallowed(resource, list);
    if (inner >= 0) {
      const reason = `holds resources[${inner}], whose environment, classification, tags, data set or owner differ: split it`;
      report(resources.problem(["resources", index, "arn"], reason));
    }
    resource.accesses.forEach((access, place) => {
      const wrong = accessProblem(resource, access);
      if (wrong) report(resources.problem(["resources", index, "accesses", place], wrong));
    });
    if (resource.accesses.every((access) => offersAccess(resource.kind, access)))
      checkParts(resource, index, (path, reason) => report(resources.problem(path, reason)));
  });
  // The same data under two names could be had by the laxer one.
  const written = list.map(({ arn }, index) => ({ arn, where: index }));
  for (const clash of clashesOf(written, (arn) => arn)) {
    const reason = `is the same as resources[${clash.with}].arn${inPlaceText(clash.place)}`;
    report(resources.problem(["resources", clash.where, "arn"], reason));
  }
}
