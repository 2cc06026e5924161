import type { Key } from "./clause.ts";
import type { Edit } from "./edit.ts";

/** What the record shows of one agent, resource and access. */
export type Evidence = Key & { asks: number; days: number; people: string[]; highestRisk: number };

/** A change of the policy that the record speaks for, and where its evidence is. */
export type Candidate = {
  kind: "automate" | "forbid-unused" | "forbid-rejected" | "shorten";
  /** The rule that is changed, or the new one. */
  rule: string;
  /** In one sentence, what was seen. */
  because: string;
  evidence: Evidence[];
  /** Grants to look at, the newest first. */
  examples: string[];
  edit: Edit;
  /** True of an ask that the change may decide otherwise: no other can be touched by it. */
  touches(ask: Key & { windowSeconds: number }): boolean;
};

/** The ids of the newest few. */
export const examplesOf = (grants: readonly { id: string; askedAt: number }[]): string[] =>
  [...grants]
    .sort((one, other) => other.askedAt - one.askedAt || (one.id < other.id ? -1 : 1))
    .slice(0, 3)
    .map(({ id }) => id);
