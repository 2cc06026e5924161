/**
 * Counts the calls that one run makes, for the budget of the design: how many write requests a grant costs.
 * A function's runs do not overlap in one process, so one counter serves.
 */
export type CallCounts = { reads: number; writes: number };

const counts: CallCounts = { reads: 0, writes: 0 };

const WRITES = /^(Put|Update|Delete|TransactWrite|BatchWrite)/;

/** Takes the counts since the last call. */
export function takeCounts(): CallCounts {
  const taken = { ...counts };
  counts.reads = 0;
  counts.writes = 0;
  return taken;
}

/** A middleware for a DynamoDB client: one count a request that is sent, retries included. */
export function countCommand(commandName: string): void {
  if (WRITES.test(commandName)) counts.writes += 1;
  else counts.reads += 1;
}
