import type { FlagRule } from "../core/watch/rule.ts";
import type { StopsDeps } from "../stops-api/deps.ts";

/** What watching needs: what stopping needs, the rules, and whose account this is. No minting, no mail, no IAM. */
export type WatchDeps = StopsDeps & { flags: readonly FlagRule[]; accountId: string };
