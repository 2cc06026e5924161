import type { AuditEvent } from "../event.ts";
import { rowFor } from "../registry.ts";

/** What OCSF says of an event in numbers: https://schema.ocsf.io/1.8.0/base_event */
export type OcsfIds = {
  categoryUid: number;
  classUid: number;
  activityId: number;
  typeUid: number;
  severityId: number;
  statusId: number;
};

const SUCCESS = 1;
const FAILURE = 2;
// Of findings the same numbers mean other things. https://schema.ocsf.io/1.8.0/classes/detection_finding
const NEW = 1;
const RESOLVED = 4;

/** A decision that is not plainly a yes, or a question to people, is none. */
const outcomeOf = (decision: string | undefined): number =>
  decision === "allow" || decision === "needs_approval" ? SUCCESS : FAILURE;

export function ocsfIds({ type, facts }: Pick<AuditEvent, "type" | "facts">): OcsfIds {
  const { classUid, activityId, severityId, outcome } = rowFor(type);
  const decided = outcomeOf(facts.decision);
  const statusIds = { success: SUCCESS, failure: FAILURE, decided, found: NEW, settled: RESOLVED };
  return {
    categoryUid: Math.floor(classUid / 1000),
    classUid,
    activityId,
    typeUid: classUid * 100 + activityId,
    severityId,
    statusId: statusIds[outcome],
  };
}
