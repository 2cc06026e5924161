import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type Grant, grant as grantSchema, openStage } from "../../core/grant/grant.ts";
import { nextCheck } from "../../core/grant/schedule.ts";
import type { Step } from "../../core/grant/step.ts";
import { NOTHING } from "../../core/grant/transitions.ts";
import { readable } from "../../core/stored.ts";
import { epochMs } from "../../core/time.ts";
import type { Table } from "./client.ts";
import { chainEventPut } from "./events.ts";
import { readItem } from "./item.ts";
import { BY_AGENT, byAgent, due, keys, moved, WAITING, waiting } from "./keys.ts";
import { type Item, type Outcome, transact, type Write } from "./transaction.ts";

/** What became of a move. `current` is the grant as the condition met it. */
export type Moved =
  | { ok: true; grant: Grant }
  | { ok: false; why: "not_found" }
  | { ok: false; why: "wrong_state"; current: Grant }
  | { ok: false; why: "other_condition"; index: number; met: Item | undefined };

function indexKeys(grant: Grant, movedAt: string, dueAt: string | undefined): Item {
  const stage = openStage(grant);
  return {
    ...byAgent(grant.agent.id, grant.askedAt, grant.id),
    ...moved(grant.id, movedAt),
    ...(dueAt ? due(grant.id, dueAt) : {}),
    ...(stage ? waiting(stage.group, grant.askedAt, grant.id) : {}),
  };
}

// Of any state: a member that this one does not have is not a later release's.
const KNOWN: ReadonlySet<string> = new Set(
  grantSchema.options.flatMap(({ shape }) => Object.keys(shape)).filter((key) => key !== "later"),
);
const INDEXED = ["gsi1pk", "gsi1sk", "duePk", "dueSk", "waitingPk", "waitingSk", "movedPk", "movedSk"];

/**
 * A grant from an item of the table. Throws on an item that is not one: fail closed, never guess. What a later release
 * added beside what this one knows is kept as it is, under `later`; what it wrote in a form of its own is refused.
 */
export function fromItem(item: Item): Grant {
  const { pk: _pk, sk: _sk, entity: _entity, ...rest } = readable(item);
  const entries = Object.entries(rest).filter(([key]) => !INDEXED.includes(key));
  const known = Object.fromEntries(entries.filter(([key]) => KNOWN.has(key)));
  const later = Object.fromEntries(entries.filter(([key]) => !KNOWN.has(key)));
  return grantSchema.parse(Object.keys(later).length > 0 ? { ...known, later } : known);
}

function grantPut(table: Table, { after, expected, event }: Step): Write {
  const dueAt = nextCheck(after, epochMs(event.event.time), "move");
  const indexed = indexKeys(after, event.event.time, dueAt);
  const { later, ...known } = after;
  const item = { ...later, ...keys.grant(after.id), entity: "grant", ...indexed, ...known };
  if (expected.version === 0) {
    return {
      Put: {
        TableName: table.name,
        Item: item,
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    };
  }
  const from = expected.from.filter((status) => status !== NOTHING);
  const names = from.map((_, index) => `:from${index}`);
  return {
    Put: {
      TableName: table.name,
      Item: item,
      // The transition table's own predecessors, and the version that the step was made from.
      ConditionExpression: `#status IN (${names.join(", ")}) AND #version = :version`,
      ExpressionAttributeNames: { "#status": "status", "#version": "version" },
      ExpressionAttributeValues: {
        ":version": expected.version,
        ...Object.fromEntries(from.map((status, index) => [`:from${index}`, status])),
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

function movedFrom(step: Step, outcome: Outcome): Moved {
  if (outcome.ok) return { ok: true, grant: step.after };
  // Index 0 is the grant, 1 its event: both are met only by this step's own earlier write or by another's.
  if (outcome.index > 1)
    return { ok: false, why: "other_condition", index: outcome.index - 2, met: outcome.met };
  if (outcome.index === 1 || !outcome.met) return { ok: false, why: "not_found" };
  const current = fromItem(outcome.met);
  // "Condition failed" about our own committed write: the answer to an earlier try was lost.
  if (current.writer === step.after.writer) return { ok: true, grant: current };
  return { ok: false, why: "wrong_state", current };
}

/**
 * Writes one move as one transaction: the grant, its event, and whatever else must agree with them. A lost answer is
 * settled by reading back: a grant that carries this step's own writer is the proof that it was written.
 */
export async function applyStep(table: Table, step: Step, others: Write[] = []): Promise<Moved> {
  const writes = [grantPut(table, step), chainEventPut(table, step.after.id, step.event), ...others];
  try {
    return movedFrom(step, await transact(table, writes));
  } catch (fault) {
    const found = await readGrant(table, step.after.id).catch(() => undefined);
    if (found?.writer !== step.after.writer) throw fault;
    return { ok: true, grant: found };
  }
}

/**
 * Writes a step, whoever was first: the grant as it is now, and whether it was this that made it so. Throws when there is
 * no such grant, or something beside it was not as it must be.
 */
export async function settleStep(
  table: Table,
  step: Step,
  others: Write[] = [],
): Promise<{ done: boolean; grant: Grant }> {
  const moved = await applyStep(table, step, others);
  const grant = moved.ok ? moved.grant : moved.why === "wrong_state" ? moved.current : undefined;
  if (!grant) throw new Error(`grant ${step.after.id}: ${moved.ok ? "" : moved.why}`);
  return { done: moved.ok, grant };
}

/** Part of a transaction that holds only while the grant is ACTIVE: whoever stopped it first wins. */
export const whileActive = (table: Table, id: string): Write => ({
  ConditionCheck: {
    TableName: table.name,
    Key: keys.grant(id),
    ConditionExpression: "#status = :active",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":active": "ACTIVE" },
  },
});

/** Reads a grant, strongly consistent: what is decided from it holds now. */
export async function readGrant(table: Table, id: string): Promise<Grant | undefined> {
  const item = await readItem(table, keys.grant(id));
  return item ? fromItem(item) : undefined;
}

export type GrantPage = { grants: Grant[]; after?: Item | undefined };

/** An agent's grants, newest first. From an index, so for showing only: nothing is authorised from it. */
export async function listGrants(
  table: Table,
  agent: string,
  page: { limit: number; after?: Item | undefined },
): Promise<GrantPage> {
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: BY_AGENT,
      KeyConditionExpression: "gsi1pk = :agent",
      ExpressionAttributeValues: { ":agent": byAgent(agent, "", "").gsi1pk },
      ScanIndexForward: false,
      Limit: page.limit,
      ...(page.after ? { ExclusiveStartKey: page.after } : {}),
    }),
  );
  return { grants: (answer.Items ?? []).map(fromItem), after: answer.LastEvaluatedKey };
}

/** Grants whose open stage asks a group, newest first, at most `limit`. From an index, so for showing only. */
export async function listWaiting(table: Table, group: string, limit: number): Promise<Grant[]> {
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: WAITING,
      KeyConditionExpression: "waitingPk = :group",
      ExpressionAttributeValues: { ":group": waiting(group, "", "").waitingPk },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return (answer.Items ?? []).map(fromItem);
}
