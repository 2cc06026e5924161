import type { PolicyBundle } from "../functions/core/policy/bundle.ts";
import type { Deployment } from "./policy/deployment.ts";

/** What an operator wrote, checked: `policy/` and `policy/deployment.yaml`. */
export type Settings = { bundle: PolicyBundle; deployment: Deployment };
