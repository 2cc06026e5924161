import { join } from "node:path";
import { type BuildResult, build, type Metafile } from "esbuild";

/** What of the AWS SDK and others still calls `require` has it; ESM has none. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Bundles the command and the SDK, with what they share in chunks, and everything that they use in them but Cedar, which
 * only `policy` commands need. Not minified: whoever gives a program credentials may read what it does with them. The
 * same source makes the same bytes.
 */
export async function bundle(
  root: string,
  out: string,
  { write = true }: { write?: boolean } = {},
): Promise<BuildResult & { metafile: Metafile }> {
  return build({
    absWorkingDir: root,
    entryPoints: {
      cli: "client/cli.ts",
      sdk: "client/sdk/index.ts",
      // A thread of its own for each core: `openWorker` finds it by this name.
      "replay-worker": "client/learn/replay/worker.ts",
    },
    outdir: out,
    outbase: join(root, "client"),
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    external: ["@cedar-policy/cedar-wasm"],
    banner: { js: REQUIRE },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    write,
  });
}

/** The files that are loaded with one at once, itself among them; what `import()` names is not. */
export function loadedWith({ outputs }: Metafile, file: string): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && !external) visit(next);
  };
  visit(file);
  return seen;
}

/** The packages whose code is in some of the output files, or in all of them. */
export function packagesIn({ outputs }: Metafile, files: Iterable<string> = Object.keys(outputs)): string[] {
  const inputs = [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const names = inputs.flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[0] ?? []);
  return [...new Set(names.map((folder) => folder.replace(/\/$/, "")))].sort();
}
