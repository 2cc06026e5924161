import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { bundle, packagesIn } from "./package/bundle.ts";
import { licencesOf } from "./package/licences.ts";
import { writeTypes } from "./package/types.ts";

const root = join(import.meta.dirname, "..");

/** Where the package goes: `--out <folder>`, else build/package, with `latchkey` in build/bin for a PATH. */
const given = process.argv.indexOf("--out");
const out = given > 0 ? resolve(process.argv[given + 1] ?? "") : join(root, "build/package");

function manifest() {
  const { version, description, license, engines, dependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const cedar = "@cedar-policy/cedar-wasm";
  return {
    ...{ name: "latchkey", version, description, license, type: "module", engines },
    bin: { latchkey: "cli.js" },
    exports: {
      ".": { types: "./types/sdk/index.d.ts", default: "./sdk.js" },
      "./package.json": "./package.json",
    },
    peerDependencies: { [cedar]: dependencies[cedar] },
    peerDependenciesMeta: { [cedar]: { optional: true } },
  };
}

rmSync(out, { recursive: true, force: true });
const { metafile } = await bundle(root, out);
chmodSync(join(out, "cli.js"), 0o755);
writeTypes(root, join(out, "types"));
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
writeFileSync(join(out, "THIRD-PARTY.txt"), licencesOf(root, packagesIn(metafile)));
copyFileSync(join(root, "LICENSE"), join(out, "LICENSE"));
copyFileSync(join(root, "client/package/README.md"), join(out, "README.md"));
if (given < 0) {
  const bin = join(root, "build/bin");
  mkdirSync(bin, { recursive: true });
  rmSync(join(bin, "latchkey"), { force: true });
  symlinkSync("../package/cli.js", join(bin, "latchkey"));
  process.stdout.write(
    `build/package is built. To have latchkey in this shell: export PATH="${bin}:$PATH"\n`,
  );
}
