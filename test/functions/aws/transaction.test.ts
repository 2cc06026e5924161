import { beforeEach, describe, expect, it } from "vitest";
import { readDenyEntries } from "../../../functions/aws/table/roles.ts";
import { transact } from "../../../functions/aws/table/transaction.ts";
import { cancelled, timedOut } from "../../fakes/faults.ts";
import { FakeTable } from "../../fakes/table.ts";

let fake: FakeTable;
beforeEach(() => {
  fake = new FakeTable();
});
const put = (pk: string, more = {}) => ({
  Put: {
    TableName: fake.table.name,
    Item: { pk, sk: "X" },
    ConditionExpression: "attribute_not_exists(pk)",
    ...more,
  },
});

describe("a transaction", () => {
  it("tells which condition failed, and on what, in one round trip", async () => {
    fake.plant({ pk: "B", sk: "X", n: 1 });
    const outcome = await transact(fake.table, [
      put("A"),
      put("B", { ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
    ]);
    expect(outcome).toEqual({ ok: false, index: 1, met: { pk: "B", sk: "X", n: 1 } });
    expect(fake.counts.writes).toBe(1);
  });
  it("tries a conflict with another transaction again", async () => {
    let conflicts = 2;
    fake.before = () => {
      if (conflicts-- > 0) throw cancelled([{ code: "TransactionConflict" }]);
    };
    expect(await transact(fake.table, [put("A")])).toEqual({ ok: true });
    expect(fake.counts.writes).toBe(3);
  });
  it("prefers the condition that failed to a conflict beside it", async () => {
    fake.before = () => {
      throw cancelled([
        { code: "TransactionConflict" },
        { code: "ConditionalCheckFailed", met: { pk: "B", sk: "X" } },
      ]);
    };
    expect(await transact(fake.table, [put("A"), put("B")])).toMatchObject({ ok: false, index: 1 });
  });
  it("throws what is neither", async () => {
    fake.before = () => {
      throw timedOut();
    };
    await expect(transact(fake.table, [put("A")])).rejects.toThrow("did not answer");
  });
});

it("reads a role's deny entries page by page", async () => {
  for (const id of ["aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaac"])
    fake.plant({ pk: "ROLE#r", sk: `DENY#${id}`, grantId: id, endsAt: "2026-11-21T09:31:00Z" });
  fake.plant({ pk: "ROLE#r", sk: "LIVE#x" });
  fake.before = (command) => {
    Object.assign(command.input, { Limit: 2 });
  };
  expect((await readDenyEntries(fake.table, "r")).map(({ grantId }) => grantId)).toHaveLength(3);
  expect(fake.counts.reads).toBe(2);
});
