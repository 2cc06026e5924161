import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { folderAt } from "../../client/policy/folder.ts";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { thisRelease } from "../fakes/release.ts";

/**
 * `npm run keep-release`: keeps what is about to be deployed as the release that later code is tested against, in
 * `test/upgrade/release-<version>`: the rules of all functions as one bundle, the workflow, and the example's policy,
 * with which its grants were decided. When to run it is in docs/upgrades.md.
 */
const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const out = join(import.meta.dirname, `release-${version}`);
const MOST_BYTES = 1_500_000;

/** The folder, and what was read of it. */
function reading(folder: PolicyFolder) {
  const files: Record<string, string> = {};
  const read: PolicyFolder["read"] = (path) => {
    const found = folder.read(path);
    if ("value" in found) files[path] = Buffer.from(found.value).toString("utf8");
    return found;
  };
  return { files, folder: { ...folder, read } };
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
// Packages stay outside: they are those of package.json, whose upgrades are tested by everything else.
await build({
  entryPoints: [join(root, "test/fakes/release.ts")],
  outfile: join(out, "functions.mjs"),
  ...{ bundle: true, packages: "external", platform: "node", format: "esm", target: "node20", minify: true },
});
const policy = reading(folderAt(join(root, "policy")));
thisRelease.loadPolicy(policy.folder);
writeFileSync(join(out, "policy.json"), `${JSON.stringify(policy.files, null, 1)}\n`);
const machine = readFileSync(join(root, "statemachines/grant-lifecycle.asl.json"));
writeFileSync(join(out, "grant-lifecycle.asl.json"), machine);
const bytes = ["functions.mjs", "policy.json", "grant-lifecycle.asl.json"]
  .map((name) => statSync(join(out, name)).size)
  .reduce((sum, size) => sum + size, 0);
if (bytes > MOST_BYTES) throw new Error(`${bytes} bytes is more than is kept in the tree`);
process.stdout.write(`${relative(root, out)}: ${bytes} bytes\n`);
