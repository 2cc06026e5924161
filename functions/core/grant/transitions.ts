import type { EventType } from "../audit/registry.ts";
import type { Status } from "./grant.ts";

/** Before there is a grant. */
export const NOTHING = "NOTHING";
export type From = Status | typeof NOTHING;

/**
 * The life of a grant: THE transition table. Conditional writes, the diagram in `docs/architecture.md` and the model
 * tests are derived from it. Each move names the states it may start from, those it may lead to, and its event.
 */
export const transitions = {
  request: { from: [NOTHING], to: ["DENIED", "PENDING", "APPROVED"], event: "grant.requested" },
  approveStage: { from: ["PENDING"], to: ["PENDING"], event: "grant.stage_approved" },
  approve: { from: ["PENDING"], to: ["APPROVED"], event: "grant.approved" },
  reject: { from: ["PENDING"], to: ["REJECTED"], event: "grant.rejected" },
  expire: { from: ["PENDING", "APPROVED"], to: ["EXPIRED"], event: "grant.expired" },
  cancel: { from: ["PENDING", "APPROVED"], to: ["CANCELLED"], event: "grant.cancelled" },
  deny: { from: ["PENDING", "APPROVED", "ACTIVATING"], to: ["DENIED"], event: "grant.denied" },
  claim: { from: ["APPROVED", "ACTIVATING"], to: ["ACTIVATING"], event: "grant.attempt_claimed" },
  activate: { from: ["ACTIVATING"], to: ["ACTIVE"], event: "grant.activated" },
  claimRotation: { from: ["ACTIVE"], to: ["ACTIVE"], event: "grant.attempt_claimed" },
  rotate: { from: ["ACTIVE"], to: ["ACTIVE"], event: "grant.rotated" },
  missRotation: { from: ["ACTIVE"], to: ["ACTIVE"], event: "grant.rotation_failed" },
  fail: { from: ["ACTIVATING"], to: ["FAILED"], event: "grant.failed" },
  end: { from: ["ACTIVE"], to: ["ENDED"], event: "grant.ended" },
  stop: { from: ["ACTIVATING", "ACTIVE"], to: ["REVOKING"], event: "grant.revoking" },
  confirm: { from: ["REVOKING"], to: ["REVOKED"], event: "grant.revoked" },
} as const satisfies Record<string, { from: readonly From[]; to: readonly Status[]; event: EventType }>;

export type MoveName = keyof typeof transitions;
export const moveNames = Object.keys(transitions) as MoveName[];
/** The states that a move may start from, as a type. */
export type FromOf<M extends MoveName> = (typeof transitions)[M]["from"][number];

/** True when the table lets this move start in this state. */
export function canMove(from: From, move: MoveName): boolean {
  return (transitions[move].from as readonly From[]).includes(from);
}

/** True when no move leads out of the state. Terminal is terminal (I-17). */
export function isTerminal(status: Status): boolean {
  return moveNames.every((move) => !canMove(status, move));
}

/** Every edge of the table. */
export function edges(): { move: MoveName; from: From; to: Status }[] {
  return moveNames.flatMap((move) =>
    transitions[move].from.flatMap((from) => transitions[move].to.map((to) => ({ move, from, to }))),
  );
}

/** The table as a mermaid state diagram, for the documentation. */
export function diagram(): string {
  const states = (name: From) => (name === NOTHING ? "[*]" : name);
  const lines = edges().map(({ move, from, to }) => `    ${states(from)} --> ${to}: ${move}`);
  const ends = [...new Set(edges().map(({ to }) => to))]
    .filter(isTerminal)
    .map((status) => `    ${status} --> [*]`);
  return ["stateDiagram-v2", ...lines, ...ends].join("\n");
}
