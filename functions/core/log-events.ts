/** Every line that a function may log, by stable code. Fields are ids, numbers and codes: never a whole object, never a secret. */
export const logEvents = {
  "api.answered": "answered a call",
  "api.refused": "refused a call",
  "api.failed": "a call failed",
  "workflow.started": "workflow started",
  "workflow.not_started": "workflow could not be started; sweep will",
  "workflow.told": "workflow told of a decision",
  "workflow.not_told": "workflow could not be told; sweep will",
  "approval.asked": "approvers asked",
  "approval.mail_failed": "a mail could not be sent; the asking is tried again",
  "approval.not_needed": "the stage is not open any more",
  "approval.history_failed": "an agent's earlier asks could not be read; the page says so",
  "mint.minted": "session minted, sealed and active",
  "mint.refused": "nothing minted",
  "mint.clock_off": "STS's clock and ours differ; session discarded",
  "mint.failed": "minting failed",
  "end.closed": "grant closed",
  "end.nothing": "nothing to close",
  "deny.queued": "role's deny list queued for writing",
  "deny.not_queued": "deny list could not be queued; sweep will",
  "deny.written": "role's deny list written and read back",
  "deny.failed": "role's deny list could not be written",
  "audit.exported": "events exported",
  "audit.quarantined": "a record could not be read as an event; kept in quarantine",
  "sweep.done": "looked at what is due",
  "sweep.repaired": "something was overdue and was put right",
  "sweep.failed": "something overdue could not be put right",
  "run.done": "run finished",
  "run.failed": "run failed",
} as const;

export type LogCode = keyof typeof logEvents;
/** What a line may carry. */
export type LogFields = Record<string, string | number | boolean | undefined>;
