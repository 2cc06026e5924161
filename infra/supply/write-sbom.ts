// npm run sbom: what ships, as CycloneDX, in build/sbom. One file for all, one for each bundle.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../function.ts";
import { clientBundle, functionBundles } from "./bundles.ts";
import { readLockfile, shipped } from "./lockfile.ts";
import { sbom } from "./sbom.ts";

const folder = join(projectRoot, "build/sbom");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const lockfile = readLockfile(projectRoot);
const write = (name: string, packages: string[]): void => {
  writeFileSync(join(folder, `${name}.cdx.json`), sbom(name, packages, lockfile));
  process.stdout.write(`${name}: ${packages.length} packages\n`);
};

const everything = shipped(lockfile).map((each) => each.folder);
write("latchkey", everything);
for (const { name, packages } of [...(await functionBundles(projectRoot)), await clientBundle(projectRoot)])
  write(`latchkey-${name.replaceAll("/", "-")}`, packages);
process.stdout.write("They are in build/sbom.\n");
