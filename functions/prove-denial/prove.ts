import { faultFields, type Log } from "../aws/log.ts";
import type { QueueProbes } from "../aws/probe-queue.ts";
import type { RunProbe } from "../aws/probes.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { applyStep, readGrant } from "../aws/table/grants.ts";
import { markDeny, provenUpdate, readDenyEntry } from "../aws/table/roles.ts";
import { roleArnOf } from "../core/access-role.ts";
import type { Actor } from "../core/audit/event.ts";
import { CONTROL_SESSION } from "../core/deny-list.ts";
import type { GrantIn } from "../core/grant/grant.ts";
import { confirm, LIMITS_MS } from "../core/grant/moves.ts";
import { probeOf } from "../core/kinds/registry.ts";
import { type ProbeAnswer, type ProbeMessage, ROUNDS, roundDelay } from "../core/probe.ts";
import { epochMs, isoMillis } from "../core/time.ts";

export type ProveDeps = {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  probe: RunProbe;
  queueProbes: QueueProbes;
  accountId: string;
  partition: string;
  settleSeconds: number;
};
type Revoking = GrantIn<"REVOKING">;

const BROKER: Actor = { type: "broker", id: "prove-denial" };
/** A denial that is not proven so long after the stop wakes somebody. */
const LATE_MS = 2 * 60_000;

/** Names the probing session of a grant: the deny list takes it for one of the grant's own. */
const probeSession = ({ agent, id }: Revoking): string => `lk.${agent.key}.${id}.probe`;

function probeAs(deps: ProveDeps, { resource }: Revoking, sessionName: string): Promise<ProbeAnswer> {
  return deps.probe({
    roleArn: roleArnOf(resource.role, deps),
    sessionName,
    resourceArn: resource.arn,
    probe: probeOf(resource.kind, resource),
  });
}

/** What a batch has learned: one control call is enough for the grants of one resource that are probed together. */
type Controls = Map<string, Promise<ProbeAnswer>>;
type Round = { refused: true; explicit: boolean } | { refused: false; why: string };

/** One round: the control session must be allowed what the grant's is refused. Else, why nothing is shown. */
async function probeRound(deps: ProveDeps, grant: Revoking, controls: Controls): Promise<Round> {
  const { role, kind, arn } = grant.resource;
  const key = `${role} ${kind} ${arn}`;
  const control = controls.get(key) ?? probeAs(deps, grant, CONTROL_SESSION);
  controls.set(key, control);
  const { is } = await control;
  if (is !== "allowed") return { refused: false, why: `control_${is}` };
  const answer = await probeAs(deps, grant, probeSession(grant));
  if (answer.is === "refused") return { refused: true, explicit: answer.explicit };
  return { refused: false, why: answer.is === "allowed" ? "grant_allowed" : answer.code };
}

/** Says REVOKED, and marks the entry, together. Not when the entry is gone: then the window is over, and its end says so. */
async function sayRevoked(deps: ProveDeps, grant: Revoking, explicit: boolean): Promise<void> {
  const now = deps.now();
  const { id, resource } = grant;
  const step = confirm(grant, "probed", { now, by: BROKER, writer: deps.newId() });
  const proven = provenUpdate(deps.table, resource.role, { id, at: isoMillis(now) });
  const moved = await applyStep(deps.table, step, [proven]);
  if (!moved.ok) return;
  const latencyMs = now - epochMs(grant.stoppedAt);
  deps.log("deny.proven", { grantId: id, role: resource.role, explicit, latencyMs });
}

/** Begins anew, later each time; never gives up. Noted, so that no second message is sent for one that only waits long. */
async function again(deps: ProveDeps, grant: Revoking, message: ProbeMessage, why: string): Promise<void> {
  const failed = message.failed + 1;
  const isLate = deps.now() - epochMs(grant.stoppedAt) > LATE_MS;
  deps.log(isLate ? "deny.unproven" : "deny.not_yet", { grantId: grant.id, role: message.role, why, failed });
  const next = { ...message, round: 1, failed };
  await deps.queueProbes([{ message: next, delaySeconds: roundDelay(deps.settleSeconds, failed) }]);
  await markDeny(deps.table, message, { handedAt: isoMillis(deps.now()) });
}

/**
 * When IAM has had its time since the list was read back, and a run that was minting at the stop is surely dead: REVOKED is
 * terminal, and after it there is no mint, not even of a session that is denied (I-17).
 */
const settledAt = (deps: ProveDeps, { openClaim }: Revoking, { since }: ProbeMessage): number =>
  Math.max(
    epochMs(since) + deps.settleSeconds * 1000,
    openClaim === undefined ? 0 : epochMs(openClaim) + LIMITS_MS.claimLease,
  );

/**
 * One round of proving that a grant's sessions are refused (I-24, I-25): three in a row, the last of them no sooner than
 * the settling time after IAM was read back. Evidence of what IAM's hosts do, not a proof of every one of them.
 */
async function prove(deps: ProveDeps, message: ProbeMessage, controls: Controls): Promise<void> {
  const grant = await readGrant(deps.table, message.grantId);
  if (grant?.status !== "REVOKING" || grant.resource.role !== message.role) return;
  // Over by itself, and about to be called that.
  if (deps.now() >= epochMs(grant.endsAt)) return;
  const entry = await readDenyEntry(deps.table, message.role, grant.id);
  // IAM had lost it and has it anew since: another message proves it from there.
  if (entry?.since !== undefined && entry.since > message.since) return;

  const round = await probeRound(deps, grant, controls);
  if (!round.refused) return again(deps, grant, message, round.why);
  if (message.round >= ROUNDS && deps.now() >= settledAt(deps, grant, message))
    return sayRevoked(deps, grant, round.explicit);
  const next = { ...message, round: message.round + 1 };
  await deps.queueProbes([{ message: next, delaySeconds: roundDelay(deps.settleSeconds) }]);
}

/** Works off a batch; what failed comes again, and at last waits where an alarm rings. */
export async function proveBatch(
  deps: ProveDeps,
  messages: readonly { messageId: string; message: ProbeMessage | undefined }[],
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const controls: Controls = new Map();
  const worked = messages.map(async ({ messageId, message }) => {
    try {
      if (message === undefined) throw new TypeError("not a probe message");
      await prove(deps, message, controls);
      return [];
    } catch (fault) {
      deps.log("deny.probe_failed", { grantId: message?.grantId, ...faultFields(fault) });
      return [{ itemIdentifier: messageId }];
    }
  });
  return { batchItemFailures: (await Promise.all(worked)).flat() };
}
