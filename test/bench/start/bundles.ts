import { bannerOf } from "../../../infra/bundling.ts";
import { functionBundles } from "../../../infra/supply/bundles.ts";
import { projectRoot } from "../../../local/paths.ts";

/** One function's file as it is deployed, and what lies beside it. */
export type Bundle = { name: string; code: Uint8Array; cedar: boolean };

/** All functions' bundles. */
export async function bundles(): Promise<Bundle[]> {
  return (await functionBundles(projectRoot)).map(({ name, texts, packages }) => {
    const cedar = packages.some((folder) => folder.includes("@cedar-policy/"));
    // As esbuild would put it there, which has one banner for all of a run.
    const banner = bannerOf(cedar ? "engine" : "bundle");
    return { name, code: Buffer.from([banner, ...texts].join("\n")), cedar };
  });
}
