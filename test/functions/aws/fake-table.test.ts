import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { FakeTable } from "../../fakes/table.ts";

// The fake is trusted by every other test, so it is held to what DynamoDB documents:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html

let fake: FakeTable;
let clock = 0;
beforeEach(() => {
  clock = 0;
  fake = new FakeTable(() => clock);
});
const TableName = "latchkey-test";
const key = (pk: string, sk = "X") => ({ pk, sk });
const send = (command: Parameters<typeof fake.apply>[0]) =>
  fake.table.client.send(command as never) as Promise<never>;
const put = (item: Record<string, unknown>, more = {}) =>
  send(new PutCommand({ TableName, Item: item, ...more }));
const get = async (pk: string, ConsistentRead = true) =>
  ((await send(new GetCommand({ TableName, Key: key(pk), ConsistentRead }))) as { Item?: object }).Item;
const caught = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (fault) {
    return fault;
  }
  throw new Error("did not throw");
};

describe("single writes", () => {
  it("keeps a copy without undefined members", async () => {
    const item = { ...key("A"), deep: { x: 1, gone: undefined }, gone: undefined };
    await put(item);
    item.deep.x = 2;
    expect(await get("A")).toEqual({ ...key("A"), deep: { x: 1 } });
  });
  it("refuses when the condition fails, with the item that it met", async () => {
    await put({ ...key("A"), n: 1 });
    const condition = {
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    };
    const fault = await caught(put({ ...key("A"), n: 2 }, condition));
    expect(fault).toBeInstanceOf(ConditionalCheckFailedException);
    expect((fault as ConditionalCheckFailedException).Item).toEqual({
      pk: { S: "A" },
      sk: { S: "X" },
      n: { N: "1" },
    });
    expect(await get("A")).toMatchObject({ n: 1 });
  });
  it("sets, adds and removes, reading operands as they were before", async () => {
    await put({ ...key("A"), n: 1, old: "x" });
    const answer = await send(
      new UpdateCommand({
        TableName,
        Key: key("A"),
        UpdateExpression: "SET copy = old, m = n + :two REMOVE old ADD n :two, fresh :two",
        ExpressionAttributeValues: { ":two": 2 },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    expect(await get("A")).toEqual({ ...key("A"), n: 3, copy: "x", m: 3, fresh: 2 });
    expect(answer).toEqual({ Attributes: { n: 3, copy: "x", m: 3, fresh: 2 } });
  });
  it("makes an item by update, and deletes what may not be there", async () => {
    const ExpressionAttributeValues = { ":v": 1 };
    await send(
      new UpdateCommand({
        TableName,
        Key: key("N"),
        UpdateExpression: "ADD n :v",
        ExpressionAttributeValues,
      }),
    );
    expect(await get("N")).toEqual({ ...key("N"), n: 1 });
    await send(new DeleteCommand({ TableName, Key: key("N") }));
    await send(new DeleteCommand({ TableName, Key: key("N") }));
    expect(await get("N")).toBeUndefined();
  });
  it("refuses unused placeholders, wrong keys and empty key values", async () => {
    await expect(put(key("A"), { ExpressionAttributeValues: { ":v": 1 } })).rejects.toThrow("unused");
    await expect(put({ pk: "A" })).rejects.toThrow("Type mismatch");
    await expect(put({ ...key("A"), duePk: "" })).rejects.toThrow("Type mismatch");
    await expect(send(new GetCommand({ TableName, Key: { pk: "A" } }))).rejects.toThrow("schema");
  });
});

describe("sets", () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
  const update = (UpdateExpression: string, ids: string[], more: Record<string, unknown> = {}) =>
    send(
      new UpdateCommand({
        TableName,
        Key: key("A"),
        UpdateExpression,
        ExpressionAttributeNames: { "#open": "open" },
        ExpressionAttributeValues: { ":ids": new Set(ids) },
        ...more,
      }),
    );
  const open = async () => ((await get("A")) as { open?: Set<string> } | undefined)?.open;
  it("take members by ADD, each once, and make the attribute and the item", async () => {
    await update("ADD #open :ids", ["a"]);
    await update("ADD #open :ids", ["a", "b"]);
    expect(await open()).toEqual(new Set(["a", "b"]));
  });
  it("lose members by DELETE, as often as one likes; without members there is no attribute", async () => {
    await put({ ...key("A"), open: new Set(["a", "b"]), n: 1 });
    await update("DELETE #open :ids", ["a", "x"]);
    await update("DELETE #open :ids", ["a"]);
    expect(await open()).toEqual(new Set(["b"]));
    await update("DELETE #open :ids", ["b"]);
    await update("DELETE #open :ids", ["b"]);
    expect(await get("A")).toEqual({ ...key("A"), n: 1 });
  });
  it("change beside SET in one expression", async () => {
    await put({ ...key("A"), open: new Set(["a"]) });
    const more = { ExpressionAttributeValues: { ":ids": new Set(["b"]), ":n": 2 } };
    await update("SET n = :n ADD #open :ids", [], more);
    await update("DELETE #open :ids SET n = :n", [], {
      ExpressionAttributeValues: { ":ids": new Set(["a"]), ":n": 3 },
    });
    expect(await get("A")).toEqual({ ...key("A"), open: new Set(["b"]), n: 3 });
  });
  it.each(["size(#open) < :most", "attribute_not_exists(#open) OR size(#open) < :most"])(
    "are counted in a condition: %s",
    async (ConditionExpression) => {
      await put({ ...key("A"), open: new Set(["a", "b"]) });
      const upTo = (most: number) =>
        update("ADD #open :ids", [], {
          ConditionExpression,
          ExpressionAttributeValues: { ":ids": new Set(["c"]), ":most": most },
        });
      await expect(upTo(2)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
      await upTo(3);
      expect(await open()).toHaveLength(3);
    },
  );
  it("have a size only where they are: a missing attribute meets no comparison", async () => {
    await put(key("A"));
    const condition = {
      ConditionExpression: "size(#open) >= :none",
      ExpressionAttributeValues: { ":ids": new Set(["a"]), ":none": 0 },
    };
    await expect(update("ADD #open :ids", [], condition)).rejects.toBeInstanceOf(
      ConditionalCheckFailedException,
    );
  });
  it("refuse another type, an empty set, and the size of a number", async () => {
    await put({ ...key("A"), open: "a", n: 1 });
    await expect(update("ADD #open :ids", ["b"])).rejects.toThrow("incorrect data type");
    await expect(update("DELETE #open :ids", ["a"])).rejects.toThrow("incorrect data type");
    await put({ ...key("A"), open: new Set([1]), n: 1 });
    await expect(update("DELETE #open :ids", ["1"])).rejects.toThrow("incorrect data type");
    await expect(update("DELETE #open :ids", [])).rejects.toThrow("empty");
    const condition = { ConditionExpression: "size(n) > :ids" };
    await expect(update("REMOVE #open", ["1"], condition)).rejects.toThrow("size");
  });
  it("are told apart by their members in what changed and in a token's request", async () => {
    await put({ ...key("A"), open: new Set(["a"]) });
    const answer = await update("ADD #open :ids", ["b"], { ReturnValues: "UPDATED_NEW" });
    expect(answer).toEqual({ Attributes: { open: new Set(["a", "b"]) } });
    const request = (id: string) =>
      send(
        new TransactWriteCommand({
          TransactItems: [{ Put: { TableName, Item: { ...key("B"), open: new Set([id]) } } }],
          ClientRequestToken: "t",
        }),
      );
    await request("a");
    await expect(request("b")).rejects.toThrow("another request");
  });
});

describe("transactions", () => {
  const fresh = (item: Record<string, unknown>, old = true) => ({
    Put: {
      TableName,
      Item: item,
      ConditionExpression: "attribute_not_exists(pk)",
      ...(old ? { ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const } : {}),
    },
  });
  const transact = (TransactItems: object[], more = {}) =>
    send(new TransactWriteCommand({ TransactItems: TransactItems as never, ...more }));
  it("writes all or nothing, with a reason for each write", async () => {
    await put({ ...key("B"), n: 1 });
    const fault = await caught(transact([fresh(key("A")), fresh(key("B")), fresh(key("B", "Y"), false)]));
    expect(fault).toBeInstanceOf(TransactionCanceledException);
    const reasons = (fault as TransactionCanceledException).CancellationReasons;
    expect(reasons?.map(({ Code }) => Code)).toEqual(["None", "ConditionalCheckFailed", "None"]);
    expect(reasons?.[1]?.Item).toEqual({ pk: { S: "B" }, sk: { S: "X" }, n: { N: "1" } });
    expect(await get("A")).toBeUndefined();
  });
  it("refuses two writes on one item, none, and more than a hundred", async () => {
    await expect(transact([fresh(key("A")), { Delete: { TableName, Key: key("A") } }])).rejects.toThrow(
      "one item",
    );
    await expect(transact([])).rejects.toThrow("between 1 and 100");
    const many = Array.from({ length: 101 }, (_, n) => fresh(key(`K${n}`)));
    await expect(transact(many)).rejects.toThrow("between 1 and 100");
  });
  it("does a request once for ten minutes by its token", async () => {
    const token = { ClientRequestToken: "t" };
    await transact([fresh(key("A"))], token);
    await transact([fresh(key("A"))], token);
    await expect(transact([fresh(key("B"))], token)).rejects.toThrow("another request");
    clock = 600_001;
    await expect(transact([fresh(key("A"))], token)).rejects.toBeInstanceOf(TransactionCanceledException);
  });
  it("counts as one write request", async () => {
    await transact([fresh(key("A")), fresh(key("B"))]);
    await get("A");
    expect(fake.counts).toEqual({ reads: 1, writes: 1 });
  });
});

describe("queries", () => {
  const query = (input: Record<string, unknown>) =>
    send(new QueryCommand({ TableName, ...input })) as Promise<{
      Items: { sk: string }[];
      LastEvaluatedKey?: object;
    }>;
  const due = (n: number) => ({ ...key("P", `S#${n}`), duePk: "D", dueSk: `${n}`, body: n });
  beforeEach(async () => {
    for (const n of [3, 1, 2]) await put(due(n));
    await put(key("P", "T#1"));
  });
  const ofPartition = {
    KeyConditionExpression: "pk = :p AND begins_with(sk, :s)",
    ExpressionAttributeValues: { ":p": "P", ":s": "S#" },
  };
  const untilTwo = {
    IndexName: "due",
    KeyConditionExpression: "duePk = :p AND dueSk <= :n",
    ExpressionAttributeValues: { ":p": "D", ":n": "2" },
  };
  it("sorts by the sort key, either way", async () => {
    expect((await query(ofPartition)).Items.map(({ sk }) => sk)).toEqual(["S#1", "S#2", "S#3"]);
    const down = await query({ ...ofPartition, ScanIndexForward: false });
    expect(down.Items.map(({ sk }) => sk)).toEqual(["S#3", "S#2", "S#1"]);
  });
  it("pages by limit and starting key", async () => {
    const first = await query({ ...ofPartition, Limit: 2 });
    expect(first.LastEvaluatedKey).toEqual(key("P", "S#2"));
    const second = await query({ ...ofPartition, Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(second.Items.map(({ sk }) => sk)).toEqual(["S#3"]);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });
  it("projects keys only in the due index, leaves out items without its keys, and is never strongly consistent", async () => {
    expect((await query(untilTwo)).Items).toEqual([
      { ...key("P", "S#1"), duePk: "D", dueSk: "1" },
      { ...key("P", "S#2"), duePk: "D", dueSk: "2" },
    ]);
    await expect(query({ ...untilTwo, ConsistentRead: true })).rejects.toThrow("not supported");
  });
  it("lags where reads may lag, and only there", async () => {
    fake.lag();
    await put(due(0));
    expect((await query(untilTwo)).Items).toHaveLength(2);
    expect((await query({ ...ofPartition, ConsistentRead: true })).Items).toHaveLength(4);
    expect((await query(ofPartition)).Items).toHaveLength(3);
    fake.catchUp();
    expect((await query(untilTwo)).Items).toHaveLength(3);
  });
});

describe("faults", () => {
  it("can fail before the write, and lose the answer after it", async () => {
    fake.before = () => {
      throw new Error("refused");
    };
    await expect(put(key("A"))).rejects.toThrow("refused");
    fake.before = undefined;
    fake.after = () => {
      throw new Error("lost");
    };
    await expect(put(key("B"))).rejects.toThrow("lost");
    expect(fake.items()).toEqual([key("B")]);
  });
  it("lists event items in the order of their insertion", async () => {
    await put({ ...key("E", "2"), entity: "event", body: "b", hash: "h" });
    await put({ ...key("E", "1"), entity: "event", body: "a", hash: "h" });
    expect(fake.events.map(({ body }) => body)).toEqual(["b", "a"]);
  });
});
