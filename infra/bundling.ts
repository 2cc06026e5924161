import { fileURLToPath } from "node:url";

const HTTP = fileURLToPath(new URL("./http-builtin.cjs", import.meta.url));

/**
 * How a function's code becomes one file: for the deploy, which hands this to CDK, and for what measures the files without
 * one. No import of CDK, which takes seconds to load.
 */
export const bundling = {
  mainFields: ["module", "main"],
  target: "node20", // the local AWS runs functions on the host's Node
  minify: true,
  alias: { "node:http": HTTP, http: HTTP },
};

// An ES module has no `require`, which some dependencies call, and no `__dirname`, by which Cedar finds its .wasm.
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
const DIRNAME =
  "import{fileURLToPath as lkPath}from'node:url';const __filename=lkPath(import.meta.url);const __dirname=lkPath(new URL('.',import.meta.url));";
// Cedar's 4 MB of WebAssembly run a few times in a function's life: V8's baseline compiler alone is through with preparing
// the rules in a third of the time (docs/adr/0036). Before Cedar is loaded, as flags must be.
const BASELINE =
  "import{setFlagsFromString as lkFlag}from'node:v8';lkFlag('--no-wasm-tier-up');lkFlag('--no-wasm-dynamic-tiering');";

const CEDAR_WASM = "node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm";
/** Written by `app.ts` before anything is bundled. */
export const POLICY_FILE = "build/policy.json";

/** `bundle`: reads the policy bundle. `engine`: evaluates it too, which takes Cedar's WebAssembly. */
export type PolicyUse = "bundle" | "engine";

/** What must lie beside the bundle, relative to the project. */
const companions = { bundle: [POLICY_FILE], engine: [POLICY_FILE, CEDAR_WASM] };

export const companionsOf = (policy: PolicyUse | undefined): string[] => (policy ? companions[policy] : []);
export const bannerOf = (policy: PolicyUse | undefined): string =>
  policy === "engine" ? REQUIRE + DIRNAME + BASELINE : REQUIRE;
