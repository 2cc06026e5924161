import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./client.ts";
import { unmarshallItem } from "./unmarshall.ts";

export type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];
export type Item = Record<string, unknown>;

/** What became of a transaction: written, or refused by the condition of the write at `index` on the item it met. */
export type Outcome = { ok: true } | { ok: false; index: number; met: Item | undefined };

const CONFLICT_TRIES = 6;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/**
 * Writes all or nothing. Conditions that fail are an outcome, with the item they met (`ALL_OLD`), so that "not there"
 * and "in the wrong state" are told apart in one round trip. A conflict with another transaction is tried again.
 * The SDK sends one ClientRequestToken for all its retries, so a lost answer is settled by DynamoDB for ten minutes.
 */
export async function transact(table: Table, writes: Write[]): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: writes }));
      return { ok: true };
    } catch (fault) {
      if (!(fault instanceof TransactionCanceledException)) throw fault;
      const reasons = fault.CancellationReasons ?? [];
      const index = reasons.findIndex((reason) => reason.Code === "ConditionalCheckFailed");
      if (index >= 0) return { ok: false, index, met: unmarshallItem(reasons[index]?.Item) };
      const conflict = reasons.some((reason) => reason.Code === "TransactionConflict");
      if (!conflict || attempt === CONFLICT_TRIES) throw fault;
      await pause(20 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}
