import { atOnce } from "../aws/at-once.ts";
import { faultFields } from "../aws/log.ts";
import type { QueueProbes } from "../aws/probe-queue.ts";
import { cutOffDelete } from "../aws/table/cut-offs.ts";
import { readGrant } from "../aws/table/grants.ts";
import { type DenyItem, denyDelete, markDeny } from "../aws/table/roles.ts";
import { transact } from "../aws/table/transaction.ts";
import type { RoleRef } from "../core/access-role.ts";
import { type DenyList, grantPattern } from "../core/deny-list.ts";
import { HANDED_AGAIN_MS, type ProbeMessage, roundDelay } from "../core/probe.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import { type WriteDeps, type Written, writeList } from "./write-list.ts";

export type RevokeDeps = WriteDeps & {
  queueProbes: QueueProbes;
  settleSeconds: number;
  /** How long one role may take: less than a run, which would be cut off with every role of its batch. */
  patienceMs: number;
};

const had = (list: DenyList | undefined, { grantId }: DenyItem): boolean =>
  list !== undefined && (list.wholeRole || list.patterns.includes(grantPattern(grantId)));

/** Denials that IAM was known to have and had no more: drift, or a writer that came late. */
const lostOf = ({ denials, fitted, before }: Written): DenyItem[] =>
  denials.entries.filter(
    (entry) => entry.since !== undefined && fitted.denied.has(entry.grantId) && !had(before, entry),
  );

/** What the prover must be given: denied, not proven, and not in its hands already (or lost by it). */
function unproven(deps: RevokeDeps, { denials, fitted }: Written, lost: readonly DenyItem[]): DenyItem[] {
  const isHanded = ({ handedAt }: DenyItem) =>
    handedAt !== undefined && deps.now() - epochMs(handedAt) < HANDED_AGAIN_MS;
  return denials.entries.filter(
    (entry) =>
      fitted.denied.has(entry.grantId) &&
      entry.provenAt === undefined &&
      (lost.includes(entry) || !isHanded(entry)),
  );
}

/** One that cannot be read is not proven, and keeps no other of its role from that. */
async function isRevoking(deps: RevokeDeps, { grantId }: DenyItem): Promise<boolean> {
  try {
    return (await readGrant(deps.table, grantId))?.status === "REVOKING";
  } catch (fault) {
    deps.log("deny.failed", { grantId, ...faultFields(fault) });
    return false;
  }
}

/**
 * Hands every REVOKING grant of a list to the prover, one message each; only that says REVOKED. Sent first and noted
 * after: what is sent twice proves the same once, what is noted and not sent would wait for long.
 */
async function handOver(deps: RevokeDeps, role: RoleRef, written: Written): Promise<number> {
  const lost = lostOf(written);
  const isForeign = written.before === undefined;
  if (lost.length > 0 || isForeign)
    deps.log("deny.drifted", { role, grants: lost.length, foreign: isForeign });
  const handedAt = isoMillis(deps.now());
  const messages: ProbeMessage[] = [];
  for (const entry of unproven(deps, written, lost)) {
    if (!(await isRevoking(deps, entry))) continue;
    const since = lost.includes(entry) ? handedAt : (entry.since ?? handedAt);
    messages.push({ schema: 1, role, grantId: entry.grantId, since, round: 1, failed: 0 });
  }
  const delaySeconds = roundDelay(deps.settleSeconds);
  await deps.queueProbes(messages.map((message) => ({ message, delaySeconds })));
  for (const { grantId, since } of messages)
    await markDeny(deps.table, { role, grantId }, { since, handedAt });
  return messages.length;
}

/** Writes a role's list, hands over what is to be proven, and forgets what is over: in the table after in the list (I-28). */
async function revoke(deps: RevokeDeps, role: RoleRef): Promise<void> {
  const written = await writeList(deps, role);
  const handed = await handOver(deps, role, written);
  const { entries, gone, cutOffGone } = written.denials;
  for (const { grantId } of gone) await transact(deps.table, [denyDelete(deps.table, role, grantId)]);
  if (cutOffGone) await transact(deps.table, [cutOffDelete(deps.table, role, cutOffGone)]);
  deps.log("deny.written", { role, entries: entries.length, handed, removed: gone.length });
}

/** IAM that throttles, or did not answer once, is asked again in the same run: what is handed back comes in six minutes. */
const AGAIN_AFTER_MS = [2_000, 6_000] as const;

async function revokeTryingAgain(deps: RevokeDeps, role: RoleRef): Promise<void> {
  for (const ms of AGAIN_AFTER_MS) {
    try {
      return await revoke(deps, role);
    } catch (fault) {
      deps.log("deny.again", { role, ...faultFields(fault) });
      await deps.pause(ms);
    }
  }
  return revoke(deps, role);
}

/** Throws when the work takes too long. What goes on unseen is a late writer, as any that died: see `writeList`. */
async function patiently(deps: RevokeDeps, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("took too long")), deps.patienceMs);
  });
  await Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}

/** More than a batch has roles: each is a message group of its own. */
const AT_ONCE = 10;

/**
 * Works off a batch: each role's list once, whatever the number of its messages. A role that fails keeps no other waiting,
 * nor does one that is slow: a run that was cut off would hand all of them back, and SQS holds each group for minutes then.
 */
export async function revokeBatch(
  deps: RevokeDeps,
  messages: readonly { messageId: string; role: string | undefined }[],
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const failed = new Set<string | undefined>([undefined]);
  await atOnce([...new Set(messages.map((message) => message.role))], AT_ONCE, async (role) => {
    try {
      if (role === undefined) throw new TypeError("not a deny message");
      await patiently(deps, revokeTryingAgain(deps, role));
    } catch (fault) {
      deps.log("deny.failed", { role, ...faultFields(fault) });
      failed.add(role);
    }
  });
  return {
    batchItemFailures: messages
      .filter(({ role }) => failed.has(role))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}
