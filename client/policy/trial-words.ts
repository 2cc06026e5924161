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

type Note = { [name in keyof ShadowNote]: ShadowNote[name] | undefined } & Pick<ShadowNote, "id" | "would">;

/** The same of an ask that was made: "long-reads would have asked 1 of privacy". */
export function trialText({ id, would, group, quorum, maxWindowSeconds }: Note): string {
  const long = maxWindowSeconds === undefined ? "" : `, for ${durationInWords(maxWindowSeconds)} at most`;
  const done = {
    deny: "would have denied it",
    ask: `would have asked ${quorum} of ${group}`,
    allow: `would have let it pass${long}`,
    error: "could not be evaluated",
  };
  return `${id} ${done[would]}`;
}
