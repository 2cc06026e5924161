import { faultFields, type Log } from "../aws/log.ts";
import type { DenyPolicies } from "../aws/role-policies.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { applyStep, readGrant } from "../aws/table/grants.ts";
import { type DenyItem, denyDelete, readDenyEntries, takeRenderNumber } from "../aws/table/roles.ts";
import { transact } from "../aws/table/transaction.ts";
import type { Actor } from "../core/audit/event.ts";
import { canonicalJson } from "../core/canonical.ts";
import { renderDenyList } from "../core/deny-list.ts";
import { confirm } from "../core/grant/moves.ts";
import { epochMs } from "../core/time.ts";

export type RevokeDeps = {
  table: Table;
  policies: DenyPolicies;
  now: Now;
  newId: NewId;
  log: Log;
  /** How long after a grant's end its entry stays: clocks differ. */
  denyMarginSeconds: number;
};

const BROKER: Actor = { type: "broker", id: "revoke-access" };

/** Writes the list and reads it back; throws when IAM does not have what we rendered. */
async function writeList(deps: RevokeDeps, role: string, entries: readonly DenyItem[]): Promise<void> {
  if (entries.length === 0) {
    await deps.policies.remove(role);
    if ((await deps.policies.get(role)) !== undefined) throw new Error(`deny list of ${role} is still there`);
    return;
  }
  const document = renderDenyList(entries, await takeRenderNumber(deps.table, role));
  await deps.policies.put(role, JSON.stringify(document));
  const found = await deps.policies.get(role);
  if (found === undefined || canonicalJson(JSON.parse(found)) !== canonicalJson(document)) {
    throw new Error(`deny list of ${role} reads back differently`);
  }
}

async function confirmDenied(deps: RevokeDeps, id: string): Promise<boolean> {
  const grant = await readGrant(deps.table, id);
  if (grant?.status !== "REVOKING") return false;
  const step = confirm(grant, "read_back", { now: deps.now(), by: BROKER, writer: deps.newId() });
  return (await applyStep(deps.table, step)).ok;
}

/**
 * Renders a role's whole deny list from the table and puts it, so that the list never depends on what was there; then
 * says REVOKED of each grant whose denial was read back (I-25). Entries leave the list only a margin after their
 * grant's end (I-28), and the table after the list.
 */
async function revoke(deps: RevokeDeps, role: string): Promise<void> {
  const entries = await readDenyEntries(deps.table, role);
  const keepUntil = (entry: DenyItem) => epochMs(entry.endsAt) + deps.denyMarginSeconds * 1000;
  const kept = entries.filter((entry) => keepUntil(entry) > deps.now());
  const gone = entries.filter((entry) => !kept.includes(entry));
  await writeList(deps, role, kept);
  let confirmed = 0;
  for (const entry of kept) confirmed += (await confirmDenied(deps, entry.grantId)) ? 1 : 0;
  for (const entry of gone) await transact(deps.table, [denyDelete(deps.table, role, entry.grantId)]);
  deps.log("deny.written", { role, entries: kept.length, confirmed, removed: gone.length });
}

/**
 * Works off a batch in order. After a failure the later messages of the same role are handed back too, because FIFO
 * order must hold within a role; other roles do not wait for it.
 */
export async function revokeBatch(
  deps: RevokeDeps,
  messages: readonly { messageId: string; role: string | undefined }[],
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const failed = new Set<string | undefined>();
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, role } of messages) {
    try {
      if (role === undefined) throw new TypeError("not a deny message");
      if (!failed.has(role)) {
        await revoke(deps, role);
        continue;
      }
    } catch (fault) {
      deps.log("deny.failed", { role, ...faultFields(fault) });
      failed.add(role);
    }
    batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}
