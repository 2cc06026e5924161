import { expect, test } from "vitest";
import { maskedRowsWith } from "../../../client/sdk/masked.ts";
import type { Row } from "../../../client/sdk/types.ts";
import { fakeBroker } from "./fake-broker.ts";

const allowed = { decides: "allow", looks: 1, faults: [] } as const;
const pages = [[{ claim: "1" }, { claim: "2" }], [], [{ claim: "3" }]];
const body = { resource: "claims", access: "read", windowSeconds: 900, purpose: "test" };

async function all(rows: AsyncIterable<Row>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const { claim } of rows) seen.push(claim);
  return seen;
}

test("withMaskedRows asks for masked rows, reads page by page, and gives back", async () => {
  const { deps, live, asks, counts } = fakeBroker({ ...allowed, pages });
  const seen = await maskedRowsWith(() => [deps, body], all, {});
  expect(seen).toEqual(["1", "2", "3"]);
  expect(JSON.parse(asks[0]?.body ?? "")).toEqual({ ...body, masked: true });
  expect([live(), counts.collected, counts.released]).toEqual([[], 0, 1]);
});

test("reads no page that nobody wants: fewer rows, or a loop that was left", async () => {
  for (const use of [
    async (rows: AsyncIterable<Row>) => {
      for await (const { claim } of rows) return claim;
    },
    async (rows: AsyncIterable<Row>) => (await all(rows))[0],
  ]) {
    const { deps, live } = fakeBroker({ ...allowed, pages });
    const limits: unknown[] = [];
    const broker = {
      ...deps.broker,
      read: (...given: Parameters<typeof deps.broker.read>) => {
        limits.push(given[1].limit);
        return deps.broker.read(...given);
      },
    };
    const first = await maskedRowsWith(() => [{ ...deps, broker }, body], use, { query: { limit: 2 } });
    expect([first, limits, live()]).toEqual(["1", [2], []]);
  }
});

test("a program that throws, and rows that do not go on, leave nothing behind", async () => {
  const { deps, live } = fakeBroker({ ...allowed, pages });
  const broker = {
    ...deps.broker,
    read: async () => ({ rows: [], masked: 0, detected: 0, cursor: "same" }),
  };
  await expect(maskedRowsWith(() => [{ ...deps, broker }, body], all, {})).rejects.toThrow("do not go on");
  const thrown = maskedRowsWith(
    () => [deps, body],
    () => {
      throw new Error("mine");
    },
    {},
  );
  await expect(thrown).rejects.toThrow("mine");
  expect(live()).toEqual([]);
});

test("rows that are kept for later are not to be had after the end", async () => {
  const { deps } = fakeBroker({ ...allowed, pages });
  const rows = await maskedRowsWith(
    () => [deps, body],
    (kept) => [kept],
    {},
  );
  await expect(all(rows[0] as AsyncIterable<Row>)).rejects.toMatchObject({ kind: "over" });
});

test("a grant that is not for masked rows is given back, and nothing is read of it", async () => {
  const { deps, live, rows } = fakeBroker({ ...allowed, pages });
  const broker = {
    ...deps.broker,
    ask: (...[asked, once]: Parameters<typeof deps.broker.ask>) =>
      deps.broker.ask({ ...asked, masked: false }, once),
  };
  const asked = maskedRowsWith(() => [{ ...deps, broker }, body], all, {});
  await expect(asked).rejects.toThrow("not for masked rows");
  expect([live(), rows.length]).toEqual([[], 1]);
});
