import type { StopDeps } from "../aws/stop-grant.ts";
import type { Catalogue } from "../core/catalogue.ts";

/** What stopping needs of the world: no minting, no mail, no rules, no IAM (I-34). */
export type StopsDeps = StopDeps & { catalogue: Catalogue };
