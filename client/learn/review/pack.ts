import { sha256Hex } from "../../../functions/core/canonical.ts";
import { type Catalogue, subjectOf } from "../../../functions/core/catalogue.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import type { Month } from "../../audit/report/month.ts";
import type { UsedCall } from "../record/use.ts";
import {
  type Change,
  changesOnRecord,
  changesSheet,
  contentChanges,
  effectiveChanges,
  versionsIn,
} from "./changes.ts";
import { effectiveOf, isPermitted, type Permission } from "./effective.ts";
import { type Exception, exceptionsOf, exceptionsSheet } from "./exceptions.ts";
import type { Gathered } from "./gather.ts";
import { MANIFEST, type Manifest, manifestText, PAGE } from "./manifest.ts";
import { reviewPage } from "./page.ts";
import { askedSheet, decidedSheet, effectiveSheet } from "./sheets.ts";
import { sheetCsv } from "./table.ts";
import { type Use, usedSheet, useOf } from "./used.ts";

/** What a pack is made of. `previous`: the policy of the review before, where it is at hand. */
export type Material = {
  month: Month;
  gathered: Gathered;
  /** Undefined where no use is on record at all. */
  calls?: AsyncIterable<UsedCall> | Iterable<UsedCall>;
  deps: DecideDeps;
  previous?: DecideDeps;
  madeAt: number;
};

/** What a review says, before it is files. */
export type Review = {
  month: Month;
  madeAt: number;
  policyVersion: string;
  previousVersion?: string;
  lastInForce?: string;
  permissions: Permission[];
  gathered: Gathered;
  exceptions: Exception[];
  changes: Change[];
  use?: { use: Use[]; calls: number; unknown: number };
  groups: Manifest["groups"];
};

const ownersIn =
  (...catalogues: readonly (Catalogue | undefined)[]) =>
  (resource: string): string | undefined =>
    catalogues
      .map((each) => each && subjectOf(each, resource)?.ownerGroup)
      .find((group) => group !== undefined);

/** Each group that owns something, with how much there is to sign off. */
function groupsOf(
  { resources, actions = [] }: Catalogue,
  ownerOf: (resource: string) => string | undefined,
  { permissions, gathered, exceptions }: Pick<Review, "permissions" | "gathered" | "exceptions">,
): Manifest["groups"] {
  const owners = [...new Set([...resources, ...actions].map(({ ownerGroup }) => ownerGroup))].sort();
  return Object.fromEntries(
    owners.map((group) => {
      const may = permissions.filter((each) => each.resource.ownerGroup === group && isPermitted(each));
      return [
        group,
        {
          agents: new Set(may.map(({ agent }) => agent.id)).size,
          grants: gathered.asked.filter(({ resource }) => ownerOf(resource) === group).length,
          exceptions: exceptions.filter(({ ownerGroup }) => ownerGroup === group).length,
        },
      ];
    }),
  );
}

/** What a review says, from the record and by evaluating policy. */
export async function reviewOf(material: Material): Promise<Review> {
  const { month, gathered, calls, deps, previous, madeAt } = material;
  const from = Date.parse(month.from);
  const ownerOf = ownersIn(deps.catalogue, previous?.catalogue);
  const permissions = effectiveOf(deps, from);
  const exceptions = exceptionsOf(gathered, ownerOf);
  const compared = previous && [
    ...contentChanges(previous.bundle, deps.bundle),
    ...effectiveChanges(effectiveOf(previous, from), permissions),
  ];
  const lastInForce = versionsIn(gathered.asked)
    .sort((one, other) => one.to - other.to)
    .at(-1)?.version;
  const use = calls && (await useOf(calls, gathered));
  const said = { permissions, gathered, exceptions };
  return {
    ...{ month, madeAt, policyVersion: deps.bundle.version, ...said },
    ...(previous ? { previousVersion: previous.bundle.version } : {}),
    ...(lastInForce ? { lastInForce } : {}),
    changes: [...changesOnRecord(gathered.acts, gathered.asked), ...(compared ?? [])],
    ...(use ? { use } : {}),
    groups: groupsOf(deps.catalogue, ownerOf, said),
  };
}

const bytesOf = (text: string): { bytes: number; sha256: string } => ({
  bytes: Buffer.byteLength(text),
  sha256: sha256Hex(text),
});

/** The files of a pack by name, its manifest among them. */
export function filesOf(review: Review, release: string): Map<string, string> {
  const {
    month,
    permissions,
    gathered,
    exceptions,
    changes,
    use,
    policyVersion,
    previousVersion,
    lastInForce,
  } = review;
  const sheets = {
    "asked.csv": askedSheet(gathered.asked),
    "decided.csv": decidedSheet(gathered.words),
    "effective.csv": effectiveSheet(permissions),
    "exceptions.csv": exceptionsSheet(exceptions),
    "policy-changes.csv": changesSheet(changes),
    ...(use ? { "used.csv": usedSheet(use.use) } : {}),
  };
  const texts = new Map(Object.entries(sheets).map(([name, sheet]) => [name, sheetCsv(sheet)]));
  texts.set(PAGE, reviewPage(review));
  const may = permissions.filter(isPermitted);
  const manifest: Manifest = {
    v: 1,
    of: "latchkey-access-review",
    ...{
      month: month.id,
      isOver: month.isOver,
      madeAt: new Date(review.madeAt).toISOString(),
      latchkey: release,
    },
    policyVersion,
    ...(previousVersion ? { previousVersion } : {}),
    ...(lastInForce ? { lastInForce } : {}),
    counts: {
      agents: new Set(permissions.map(({ agent }) => agent.id)).size,
      resources: new Set(permissions.map(({ resource }) => resource.id)).size,
      permissions: may.length,
      grants: gathered.asked.length,
      words: gathered.words.length,
      exceptions: exceptions.length,
      changes: changes.length,
      ...(use ? { calls: use.calls } : {}),
    },
    groups: review.groups,
    files: Object.fromEntries([...texts].map(([name, text]) => [name, bytesOf(text)])),
  };
  return texts.set(MANIFEST, manifestText(manifest));
}
