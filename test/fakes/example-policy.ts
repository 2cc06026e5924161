import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderAt } from "../../client/policy/folder.ts";
import { type PolicyBundle, policyBundle } from "../../functions/core/policy/bundle.ts";
import { loadPolicy } from "../../functions/core/policy/files/load.ts";

const ROOT = join(import.meta.dirname, "../..");
const KEPT = join(ROOT, "node_modules/.cache/latchkey");

/** Of every file that the loaded policy follows from: the policy's own, and the code that reads it. */
function hashOf(...folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders)
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort())
      if (/\.(ts|yaml|cedar|cedarschema)$/.test(name))
        hash.update(`${folder}/${name}\0`).update(readFileSync(join(ROOT, folder, name)));
  return hash.digest("hex");
}

/**
 * The repository's policy as it is deployed. Loading it tries every rule with every case of it, for two seconds in each of
 * some hundred test files: so what came of it is kept, by the hash of all that went into it.
 */
export function examplePolicy(): PolicyBundle {
  const kept = join(KEPT, `policy-${hashOf("policy", "functions/core")}.json`);
  try {
    return policyBundle.parse(JSON.parse(readFileSync(kept, "utf8")));
  } catch {
    const bundle = loadPolicy(folderAt(join(ROOT, "policy")));
    mkdirSync(KEPT, { recursive: true });
    // Written whole or not at all: others look for it at this moment.
    writeFileSync(`${kept}.${process.pid}`, JSON.stringify(bundle));
    renameSync(`${kept}.${process.pid}`, kept);
    return bundle;
  }
}
