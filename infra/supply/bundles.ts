import { readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { bundle, packagesIn } from "../../client/package/bundle.ts";
import { bundling } from "../bundling.ts";

/** A bundle that ships: its name (`grants-api`, `perform-action/start-tuning`), its text as it ships (minified or not), the folders of the packages in it. */
export type Bundle = { name: string; texts: string[]; packages: string[] };

/** Every `handler.ts` below `functions/`, as `infra/bundling.ts` says that they become one file. */
export const handlersIn = (root: string): string[] =>
  readdirSync(join(root, "functions"), { recursive: true, encoding: "utf8" })
    .filter((name) => basename(name) === "handler.ts")
    .map((name) => `functions/${name}`)
    .sort();

/** Each function's bundle, but for its banner: by esbuild's own account of what it took from where. Nothing is written. */
export async function functionBundles(root: string): Promise<Bundle[]> {
  const { metafile, outputFiles } = await build({
    ...bundling,
    absWorkingDir: root,
    entryPoints: handlersIn(root),
    outdir: "build/bundles",
    outbase: "functions",
    bundle: true,
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  return outputFiles.map(({ path, text }) => ({
    name: dirname(relative(join(root, "build/bundles"), path)),
    texts: [text],
    packages: packagesIn(metafile, [relative(root, path)]),
  }));
}

/** The package for agents. Cedar, which only `policy` commands need, is not in it. */
export async function clientBundle(root: string): Promise<Bundle> {
  const { metafile, outputFiles } = await bundle(root, join(root, "build/package"), { write: false });
  return {
    name: "client",
    texts: (outputFiles ?? []).map(({ text }) => text),
    packages: packagesIn(metafile),
  };
}
