import { type Catalogue, inPlace, type Place } from "../../../functions/core/catalogue.ts";

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Account and Region of an ARN of the record, where it is what the catalogue's pattern becomes there. */
function placeIn(pattern: string, arn: string): Partial<Place> | undefined {
  const seen = new Set<string>();
  const source = pattern
    .split(/(\{account\}|\{region\})/)
    .map((part) => {
      if (part !== "{account}" && part !== "{region}") return escaped(part);
      const name = part === "{account}" ? "accountId" : "region";
      if (seen.has(name)) return `\\k<${name}>`;
      seen.add(name);
      return `(?<${name}>${name === "accountId" ? "\\d{12}" : "[a-z0-9-]+"})`;
    })
    .join("");
  const found = new RegExp(`^${source}$`).exec(arn);
  return found ? { ...found.groups } : undefined;
}

/**
 * The catalogue as it is deployed where the record is of: account and Region are read off the ARNs of the grants. What no
 * grant tells stays a placeholder, which no ARN of a call is like: nothing is then shown to be covered by it.
 */
export function catalogueOf(
  catalogue: Catalogue,
  grants: readonly { resource: string; resourceArn: string }[],
): Catalogue {
  const patterns = new Map(catalogue.resources.map(({ id, arn }) => [id, arn]));
  let [accountId, region]: (string | undefined)[] = [];
  const tried = new Set<string>();
  for (const { resource, resourceArn } of grants) {
    if (accountId && region) break;
    if (tried.has(resourceArn)) continue;
    tried.add(resourceArn);
    const place = placeIn(patterns.get(resource) ?? "", resourceArn);
    accountId ??= place?.accountId;
    region ??= place?.region;
  }
  return inPlace(catalogue, {
    accountId: accountId ?? "{account}",
    region: region ?? "{region}",
  });
}
