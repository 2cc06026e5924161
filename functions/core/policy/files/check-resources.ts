import { ACTIONS_ROLE } from "../../actions/action-type.ts";
import { mapSettings, type Resource } from "../../catalogue.ts";
import {
  askProblem,
  ceilingOf,
  endOf,
  fitsKind,
  offersAccess,
  parseScope,
  parseSettings,
  roomOf,
  type Where,
} from "../../kinds/registry.ts";
import { maskingProblems } from "../../masking/check-masking.ts";
import { ANY_SESSION, compileSessionPolicy, MAX_POLICY_CHARACTERS } from "../../session-policy.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import { isOwnName, repeatsOf } from "./check-people.ts";
import { clashesOf, inNowhere, inPlaceText } from "./places.ts";
import type { Path, Report } from "./problem.ts";
import { reasonsOf } from "./yaml-file.ts";

type Wrong = (path: Path, reason: string) => void;

/** What a resource is called in its service: the bucket, the table, the secret. Only S3 and an API's id come without a type. */
function nameOf(arn: string): string {
  const [, , service = "", , , ...rest] = arn.split(":");
  const [first = "", second = ""] = rest.join(":").split(/[:/]/);
  return service === "s3" || service === "execute-api" ? first : second;
}

/** A resource as it is deployed to an account and a Region of no name: as long as it can be. */
const somewhere = ({ arn, settings }: Resource): Where => ({
  arn: inNowhere(arn),
  ...(settings ? { settings: mapSettings(settings, inNowhere) } : {}),
});

const PLACEHOLDERS = "may have no other placeholders than {account} and {region}";
const OWN = "must not be one of Latchkey's own resources";

// Checks in this order; the first that fails is said, since the later ones read what it guards.
function arnProblem({ kind, arn }: Resource): string | undefined {
  const filled = inNowhere(arn);
  if (/[{}]/.test(filled)) return PLACEHOLDERS;
  const end = endOf(kind);
  const stem = end && arn.endsWith(end) ? arn.slice(0, arn.length - end.length) : arn;
  if (/[*?$]/.test(stem)) return `must have no wildcard${end ? ` but one ${end} at the end` : ""}`;
  if (!fitsKind(kind, arn) || !fitsKind(kind, filled)) return `is not the ARN of kind ${kind}`;
  return isOwnName(nameOf(arn)) ? OWN : undefined;
}

/** Settings are typed by the kind, as the catalogue writes them and as they are when deployed. True when they are sound. */
function checkSettings({ kind, settings = {}, arn, accesses }: Resource, wrong: Wrong): boolean {
  const texts = Object.entries(settings).flatMap(([name, value]) =>
    [value].flat().map((text) => ({ name, text })),
  );
  const strange = texts.find(({ text }) => /[{}]/.test(inNowhere(text)));
  const shapes = [settings, mapSettings(settings, inNowhere)].map((each) => parseSettings(kind, each));
  const [reasons = []] = shapes.flatMap(({ error }) =>
    error ? [error.issues.flatMap((issue) => reasonsOf(issue, settings))] : [],
  );
  const own = texts.find(({ text }) => isOwnName(text.startsWith("arn:") ? nameOf(text) : text));
  if (strange) wrong([strange.name], PLACEHOLDERS);
  else if (reasons.length > 0) for (const { path, reason } of reasons) wrong(path, reason);
  else if (own) wrong([own.name], OWN);
  // Whatever else the statements come to: nothing of Latchkey's own.
  else if (reachesOwn({ kind, settings, arn, accesses })) wrong([], OWN);
  else return true;
  return false;
}

const reachesOwn = ({
  kind,
  accesses,
  ...where
}: Pick<Resource, "kind" | "settings" | "arn" | "accesses">): boolean =>
  ceilingOf(kind, where, accesses).some(({ Resource }) => Resource.some((each) => isOwnName(nameOf(each))));

function accessProblem(resource: Resource, access: Resource["accesses"][number]): string | undefined {
  const { kind } = resource;
  if (!offersAccess(kind, access)) return `kind ${kind} does not offer ${access}`;
  const compiled = compileSessionPolicy({ kind, ...somewhere(resource), access }, ANY_SESSION);
  const characters = compiled.ok ? compiled.policy.length : compiled.characters;
  // So that scopes have room below STS's 2,048.
  const most = MAX_POLICY_CHARACTERS - roomOf(kind);
  return characters > most
    ? `the session policy has ${characters} characters, more than ${most}: shorten the ARN`
    : undefined;
}

/** What is wrong with a named part of a resource: it must be an ask that could be sent, for each access. */
function partProblem(resource: Resource, given: unknown): string | undefined {
  const { kind, accesses } = resource;
  const parsed = parseScope(kind, given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `is no scope of kind ${kind}: ${[...(issue?.path ?? []), issue?.message].join(": ")}`;
  }
  const asks = accesses.map((access) => ({ kind, ...somewhere(resource), access, scope: parsed.data }));
  const [wrong] = asks.flatMap((ask) => askProblem(ask) ?? []);
  if (wrong) return `${wrong.part}: ${wrong.problem}`;
  return asks.every((ask) => compileSessionPolicy(ask, ANY_SESSION).ok)
    ? undefined
    : `its session policy has more than ${MAX_POLICY_CHARACTERS} characters`;
}

function checkParts(resource: Resource, index: number, wrong: Wrong): void {
  const parts = resource.subScopes ?? [];
  for (const { index: place, first } of repeatsOf(parts.map(({ id }) => id)))
    wrong(["resources", index, "subScopes", place, "id"], `is already the id of subScopes[${first}]`);
  parts.forEach(({ scope }, place) => {
    const reason = partProblem(resource, scope);
    if (reason) wrong(["resources", index, "subScopes", place, "scope"], reason);
  });
}

/** What is said of access roles is said once, and of one that some resource has: else it would hold for none. */
function checkAccessRoles({ resources }: CatalogueFiles, wrong: Wrong): void {
  const { accessRoles = [], resources: list = [] } = resources.value ?? {};
  const ids = accessRoles.map(({ id }) => id);
  for (const { index, first } of repeatsOf(ids))
    wrong(["accessRoles", index, "id"], `is already the id of accessRoles[${first}]`);
  for (const [index, id] of ids.entries())
    if (!list.some(({ accessRole }) => accessRole === id))
      wrong(["accessRoles", index, "id"], "is the accessRole of no resource");
}

/**
 * Resources: what each names is one thing that its kind understands, and nothing of Latchkey's own. Answers those whose ARN
 * and settings are sound.
 */
export function checkResources(files: CatalogueFiles, report: Report): Resource[] {
  const { people, resources } = files;
  const list = resources.value?.resources ?? [];
  const wrong: Wrong = (path, reason) => report(resources.problem(path, reason));
  checkAccessRoles(files, wrong);
  for (const { index, first } of repeatsOf(list.map(({ id }) => id)))
    wrong(["resources", index, "id"], `is already the id of resources[${first}]`);
  const sound = list.filter((resource, index) => {
    if (people.value && !Object.hasOwn(people.value.groups, resource.ownerGroup))
      wrong(["resources", index, "ownerGroup"], `no group has the id ${resource.ownerGroup}`);
    if (resource.accessRole === ACTIONS_ROLE)
      wrong(["resources", index, "accessRole"], "is what actions are kept under, and no role");
    const wrongArn = arnProblem(resource);
    if (wrongArn) {
      wrong(["resources", index, "arn"], wrongArn);
      return false;
    }
    return checkSettings(resource, (path, reason) =>
      wrong(["resources", index, "settings", ...path], reason),
    );
  });
  const elsewhere = (resources.value?.accessRoles ?? []).filter(({ account }) => account).map(({ id }) => id);
  for (const resource of sound) {
    const index = list.indexOf(resource);
    for (const { path, reason } of maskingProblems(resource, elsewhere.includes(resource.accessRole)))
      wrong(["resources", index, "masking", ...path], reason);
    resource.accesses.forEach((access, place) => {
      const problem = accessProblem(resource, access);
      if (problem) wrong(["resources", index, "accesses", place], problem);
    });
    if (resource.accesses.every((access) => offersAccess(resource.kind, access)))
      checkParts(resource, index, wrong);
  }
  // The same data under two names could be had by the laxer one.
  const written = list.map(({ arn }, index) => ({ arn, where: index }));
  for (const clash of clashesOf(written, (arn) => arn)) {
    const reason = `is the same as resources[${clash.with}].arn${inPlaceText(clash.place)}`;
    wrong(["resources", clash.where, "arn"], reason);
  }
  return sound;
}
