import type { Resource } from "../catalogue.ts";
import type { Source } from "./masking.ts";
import { stepsOf } from "./paths.ts";
import { isKnown, isMasked } from "./rules.ts";

type Wrong = { path: (string | number)[]; reason: string };

/** Where the rows of a kind are. A kind that is not here has none. */
const sourceOfKind: Partial<Record<Resource["kind"], Source["from"]>> = {
  "s3-prefix": "files",
  "dynamodb-table": "items",
  "glue-table": "query",
};

// Athena's own, lower case: https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
const SQL_NAME = /^[a-z_][a-z0-9_]{0,127}$/;

const isOneName = (path: string): boolean => stepsOf(path)?.length === 1;

/** Filters: on what is kept as it is, and only there; a filter on what is masked would answer what the mask hides (I-60). */
function filterProblems({ masking, kind }: Resource): Wrong[] {
  if (!masking) return [];
  const { filters, fields } = masking;
  return Object.keys(filters).flatMap((path): Wrong[] => {
    const wrong = (reason: string) => [{ path: ["filters", path], reason }];
    if (!isKnown(fields, path)) return wrong("is no field of this resource");
    if (isMasked(fields, path)) return wrong("is masked: filters are only on fields whose method is keep");
    const steps = stepsOf(path) ?? [];
    if (!steps.every((step) => typeof step === "object"))
      return wrong("is inside a list or a map: filters are on single values");
    return kind === "glue-table" && !isOneName(path) ? wrong("must be a column") : [];
  });
}

function sourceProblems({ masking, kind, settings = {}, ...resource }: Resource): Wrong[] {
  if (!masking) return [];
  const { source, fields } = masking;
  const has = sourceOfKind[kind];
  if (has === undefined) return [{ path: [], reason: `kind ${kind} has no rows to be read masked` }];
  if (!resource.accesses.includes("read")) return [{ path: [], reason: "is for resources that offer read" }];
  if (source.from !== has) return [{ path: ["source", "from"], reason: `must be ${has}, for kind ${kind}` }];
  if (source.from === "items") {
    const named = Object.keys(source.indexes ?? {});
    const missing = [settings.indexes ?? []].flat().find((name) => !named.includes(name));
    if (missing) return [{ path: ["source"], reason: `does not say the partition key of index ${missing}` }];
  }
  if (source.from === "query") {
    const at = fields.findIndex(({ path }) => !isOneName(path) || !SQL_NAME.test(path));
    if (at >= 0) return [{ path: ["fields", at, "path"], reason: "must be the plain name of a column" }];
  }
  return [];
}

/** What is wrong with the masking rules of a resource that fit their schema, with paths within `masking`. */
export function maskingProblems(resource: Resource, elsewhere: boolean): Wrong[] {
  if (!resource.masking) return [];
  // Its role could not read there: no role is assumed for a masked read.
  if (elsewhere) return [{ path: [], reason: "is only for resources in the broker's own account" }];
  return [...sourceProblems(resource), ...filterProblems(resource)];
}
