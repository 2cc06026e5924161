import type { RecordedGrant } from "../record/grant.ts";
import type { Change } from "../replay/answer.ts";
import { type Policy, replayAsk } from "../replay/replay-ask.ts";

/** What a change would have made of the asks of a period. */
export type Replayed = {
  asks: number;
  /** Decided as they are without the change. */
  same: number;
  /** People would not have been asked. */
  atOnce: number;
  fewerAsked: number;
  denied: number;
  /** As they are, with a shorter longest window. */
  shorterCap: number;
  /** Anything else: what no proposed change is for. */
  otherwise: number;
  undecidable: number;
};
type Part = Exclude<keyof Replayed, "asks">;

const PART: Partial<Record<Change, Part>> = {
  people_allowed: "atOnce",
  fewer_people: "fewerAsked",
  allowed_denied: "denied",
  people_denied: "denied",
  shorter_window: "shorterCap",
};

type Sides = { before: Policy; after: Policy };

/** Decides again, under both policies, every ask that a change can touch; all others are as they were. */
export function replayed(
  { before, after }: Sides,
  grants: readonly RecordedGrant[],
  touches: (grant: RecordedGrant) => boolean,
): Replayed {
  const found: Replayed = {
    ...{ asks: grants.length, same: 0, atOnce: 0, fewerAsked: 0, denied: 0 },
    ...{ shorterCap: 0, otherwise: 0, undecidable: 0 },
  };
  for (const grant of grants) {
    const again = touches(grant) ? replayAsk(after, grant, before) : undefined;
    const part = again?.is === "otherwise" ? (PART[again.change] ?? "otherwise") : (again?.is ?? "same");
    found[part] += 1;
  }
  return found;
}
