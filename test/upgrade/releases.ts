import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { ACCOUNT } from "../fakes/api.ts";
import type { Edit } from "../fakes/policy.ts";
import { type Release, thisRelease } from "../fakes/release.ts";
import type { Machine } from "../workflow/machine.ts";

const byNumbers = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
/** The newest release that was kept: what the code of this tree will take over from. */
const folder = join(
  import.meta.dirname,
  readdirSync(import.meta.dirname)
    .filter((name) => name.startsWith("release-"))
    .sort(byNumbers)
    .at(-1) ?? "release-none",
);
export const keptName = folder.slice(folder.lastIndexOf("release-"));
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");

/** Its functions; with members missing that only this tree's have. */
const keptRelease: Release = (await import(join(folder, "functions.mjs"))).thisRelease;
export const keptMachine: Machine = JSON.parse(textOf("grant-lifecycle.asl.json"));

const files = JSON.parse(textOf("policy.json")) as Record<string, string>;
const keptFolder: PolicyFolder = {
  name: "policy",
  read: (path) => (path in files ? { value: Buffer.from(files[path] ?? "") } : { reason: "it is not there" }),
  list: (path) => ({
    value: Object.keys(files).flatMap((each) =>
      each.startsWith(`${path}/`) ? [each.slice(path.length + 1)] : [],
    ),
  }),
};

const noEdit: Edit = () => undefined;
const deployed = new Map<Release, Map<Edit, ReturnType<typeof prepare>>>();
function prepare(release: Release, edit: Edit) {
  const { version: _, ...content } = release.loadPolicy(keptFolder);
  edit(content as Parameters<Edit>[0]);
  const bundle = release.sealBundle(content);
  const engine = release.preparePolicyEngine(bundle);
  const catalogue = release.inPlace(bundle.catalogue, { accountId: ACCOUNT, region: "us-east-1" });
  return { bundle, engine, catalogue };
}
/** The operator's files, which an upgrade does not touch, as a release reads them. */
export function policyOf(release: Release, edit: Edit = noEdit) {
  const ofRelease = deployed.get(release) ?? new Map();
  deployed.set(release, ofRelease);
  const found = ofRelease.get(edit) ?? prepare(release, edit);
  ofRelease.set(edit, found);
  return found as ReturnType<typeof prepare>;
}

export const releases = { kept: keptRelease, next: thisRelease } as const;
export type Which = keyof typeof releases;
