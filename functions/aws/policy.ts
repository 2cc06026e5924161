import { readFileSync } from "node:fs";
import { type Catalogue, inPlace } from "../core/catalogue.ts";
import { type PolicyBundle, policyBundle } from "../core/policy/bundle.ts";

/** The policy that this function was deployed with, and its catalogue for this account and region. */
export type Policy = { bundle: PolicyBundle; catalogue: Catalogue };

/** Reads `policy.json`, which the build put beside the bundle. Once per cold start. */
export function readPolicy(accountId: string): Policy {
  const file = new URL("./policy.json", import.meta.url);
  const bundle = policyBundle.parse(JSON.parse(readFileSync(file, "utf8")));
  return {
    bundle,
    catalogue: inPlace(bundle.catalogue, { accountId, region: process.env.AWS_REGION ?? "us-east-1" }),
  };
}
