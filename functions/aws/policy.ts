import { readFileSync } from "node:fs";
import { digestOf } from "../core/canonical.ts";
import { type Catalogue, inPlace } from "../core/catalogue.ts";
import type { PolicyBundle } from "../core/policy/bundle.ts";

/** The policy that this function was deployed with, and its catalogue for this account and region. */
export type Policy = { bundle: PolicyBundle; catalogue: Catalogue };

/**
 * A policy that synth has checked by its schema and sealed with its hash. Here only the seal is: the schema would find nothing
 * that the hash does not, and takes longer than all else of a cold start but Cedar (docs/performance.md).
 */
export function sealedPolicy(text: string): PolicyBundle {
  const { version, ...content } = JSON.parse(text) as PolicyBundle;
  if (digestOf(content) !== version) throw new Error("policy.json is not what was built: deploy again");
  return { version, ...content };
}

/** Reads `policy.json`, which the build put beside the bundle. Once per cold start. */
export function readPolicy(accountId: string): Policy {
  const file = new URL("./policy.json", import.meta.url);
  const bundle = sealedPolicy(readFileSync(file, "utf8"));
  return {
    bundle,
    catalogue: inPlace(bundle.catalogue, { accountId, region: process.env.AWS_REGION ?? "us-east-1" }),
  };
}
