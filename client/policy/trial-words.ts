import type { ShadowNote } from "../../functions/core/policy/decided.ts";
import { durationInWords } from "../../functions/core/time.ts";

/** What a rule on trial would have done, in a few words. */
export function trialWords({
  would,
  group,
  quorum,
  maxWindowSeconds,
}: Omit<ShadowNote, "id" | "reason">): string {
  switch (would) {
    case "deny":
      return "would deny";
    case "ask":
      return `would ask ${quorum} of ${group}`;
    case "allow":
      return `would allow${maxWindowSeconds === undefined ? "" : ` ${durationInWords(maxWindowSeconds)}`}`;
    case "error":
      return "could not be evaluated";
  }
}
