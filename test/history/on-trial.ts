import type { ShadowDecision, ShadowNote } from "../../functions/core/policy/decided.ts";
import type { Life } from "./life.ts";

// A reason may say anything: also what looks like a note.
const DENY: ShadowNote = {
  ...{ id: "no-long-reads", would: "deny" },
  reason: 'long reads, "id":"x" and "would":"allow"',
};
const ASK: ShadowNote = { id: "owner-first", reason: "its owner", would: "ask", group: "data", quorum: 1 };
const ALLOW: ShadowNote = {
  id: "short-at-once",
  reason: "short",
  would: "allow",
  maxWindowSeconds: 300,
};
const ERROR: ShadowNote = { id: "owner-first", reason: "its owner", would: "error" };

const TRIALS: readonly ShadowDecision[] = [
  { notes: [ASK], outcome: "needs_approval", plan: [] },
  { notes: [DENY, ASK], outcome: "deny", plan: [] },
  { notes: [ALLOW], outcome: "allow", plan: [] },
  { notes: [ERROR], outcome: "deny", plan: [] },
];

/** What rules on trial would have made of an ask: of two in three nothing. By its id, so that no other draw moves. */
export function onTrial({ id }: Life): ShadowDecision | undefined {
  const drawn = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return TRIALS[drawn % 12];
}
