import type { Resource } from "../../../functions/core/catalogue.ts";
import { nameIn } from "../../../functions/core/kinds/arn.ts";
import type { KindName } from "../../../functions/core/kinds/names.ts";
import type { Scope } from "../../../functions/core/kinds/registry.ts";
import { bucketOf } from "../../../functions/core/kinds/scopes.ts";
import type { UsedCall } from "../record/use.ts";

/** More single keys than this are a folder that nobody named. */
const MOST_KEYS = 5;

const once = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** What all texts begin with, cut after its last slash; empty where they have no folder in common. */
function commonFolder(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const text of others) {
    let same = 0;
    while (same < length && text[same] === first[same]) same += 1;
    length = same;
  }
  return first.slice(0, first.lastIndexOf("/", length - 1) + 1);
}

/** Keys and listed prefixes below a place in S3, relative to it. */
function below(arn: string, calls: readonly UsedCall[]): { keys: string[]; listed: string[] } {
  const { bucket, prefix } = bucketOf(arn);
  const relative = (of: "key" | "prefix") =>
    calls.flatMap((call) => {
      const text = call.bucket === bucket ? call[of] : undefined;
      return text?.startsWith(prefix) ? [text.slice(prefix.length)] : [];
    });
  return { keys: relative("key"), listed: relative("prefix") };
}

type Candidates = (resource: Resource, calls: readonly UsedCall[]) => Scope[];

/**
 * Narrower scopes by what calls name, the narrowest first. None is shown before it is proven to cover every call; so a
 * kind that is not here, or a call that tells too little, only means that nothing is proposed. Of DynamoDB the record has
 * the table and the index, and no key: leading keys and attributes are never proposed.
 */
const byKind: Partial<Record<KindName, Candidates>> = {
  "s3-prefix"({ arn }, calls) {
    const { keys, listed } = below(arn, calls);
    const single = once(keys);
    const folder = commonFolder(once([...keys, ...listed]));
    return [
      ...(single.length > 0 && single.length <= MOST_KEYS && listed.length === 0 ? [{ keys: single }] : []),
      ...(folder === "" ? [] : [{ prefix: folder }]),
    ];
  },
  "glue-table"({ settings }, calls) {
    const { location } = settings ?? {};
    if (typeof location !== "string") return [];
    const { keys, listed } = below(location, calls);
    const folderOf = (text: string) => /^[a-z0-9_]+=[^/]+(\/[a-z0-9_]+=[^/]+)*(?=\/)/.exec(text)?.[0] ?? "";
    const partitions = once([...keys, ...listed].map(folderOf));
    return partitions.length > 0 && !partitions.includes("") ? [{ partitions }] : [];
  },
  "dynamodb-table"({ arn }, calls) {
    const of = (call: UsedCall) => call.resourceArn?.split(`${arn}/index/`)[1] ?? "";
    const [index, ...others] = once(calls.map(of));
    return index && others.length === 0 ? [{ index }] : [];
  },
  parameter({ arn }, calls) {
    const path = arn.replace(/\*$/, "");
    const names = once(calls.map(({ resourceArn = "" }) => resourceArn.split(path)[1] ?? ""));
    return names.length > 0 && !names.includes("") ? [{ names }] : [];
  },
  "bedrock-prompt"({ arn }, calls) {
    const versions = once(
      calls.map(({ resourceArn = "" }) =>
        nameIn(resourceArn).startsWith(`${nameIn(arn)}:`) ? (resourceArn.split(":").at(-1) ?? "") : "",
      ),
    );
    return versions.length > 0 && !versions.includes("") ? [{ versions }] : [];
  },
};

export const candidatesOf = (resource: Resource, calls: readonly UsedCall[]): Scope[] =>
  byKind[resource.kind]?.(resource, calls) ?? [];

const listOf = (value: string | string[] | undefined): string[] => [value ?? []].flat();

/** True when a scope asks for less than another one, or than the whole: never for the same, nor for something beside it. */
export function isNarrower(scope: Scope, than: Scope | undefined): boolean {
  if (than === undefined) return true;
  const { prefix } = than;
  if (typeof prefix === "string") {
    const texts = [...listOf(scope.prefix), ...listOf(scope.keys)];
    return texts.length > 0 && scope.prefix !== prefix && texts.every((text) => text.startsWith(prefix));
  }
  const [[name, values] = ["", []], ...more] = Object.entries(than);
  if (more.length > 0) return false;
  const own = listOf(scope[name]);
  return own.length > 0 && own.length < listOf(values).length && own.every((each) => values.includes(each));
}
