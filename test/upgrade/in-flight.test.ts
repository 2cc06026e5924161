import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { keys } from "../../functions/aws/table/keys.ts";
import { type Release, thisRelease } from "../fakes/release.ts";
import { lives } from "./lives.ts";
import { keptName } from "./releases.ts";
import { liveThrough } from "./take-over.ts";

// In `npm test` every fifth run each way; all of them with LATCHKEY_EVERY_RUN=1.
const STRIDE = process.env.LATCHKEY_EVERY_RUN ? 1 : 5;

describe.each(Object.entries(lives))(`after ${keptName}: %s (I-35)`, (_name, life) => {
  let alone: Awaited<ReturnType<typeof liveThrough>>;
  beforeAll(async () => {
    alone = await liveThrough(life, () => "kept", { exports: true });
  }, 60_000);
  const sameAsAlone = ({ grants, sessions }: typeof alone) =>
    expect({ grants, sessions }).toEqual({ grants: alone.grants, sessions: alone.sessions });

  it("ends the same when this code takes over before a run of a function", async () => {
    for (let first = 0; first < alone.runs; first += STRIDE)
      sameAsAlone(await liveThrough(life, (_, runs) => (runs < first ? "kept" : "next")));
  });
  it("ends the same when the release comes back before a run of a function", async () => {
    for (let first = 1; first <= alone.runs; first += STRIDE)
      sameAsAlone(await liveThrough(life, (_, runs) => (runs < first ? "next" : "kept")));
  });
  it("ends the same while the functions are replaced one by one, in whatever order", async () => {
    for (const one of alone.ran) {
      sameAsAlone(await liveThrough(life, (capability) => (capability === one ? "next" : "kept")));
      sameAsAlone(await liveThrough(life, (capability) => (capability === one ? "kept" : "next")));
    }
  });
  it("ends the same when each run is of another release than the one before", async () => {
    sameAsAlone(await liveThrough(life, (_, runs) => (runs % 2 ? "next" : "kept")));
    sameAsAlone(await liveThrough(life, (_, runs) => (runs % 2 ? "kept" : "next")));
  });
});

/** A table in which a grant's item is changed at once when a function was done with it. */
const changing = (change: (item: Record<string, unknown>) => object): Partial<Release> => ({
  async mint(deps, input) {
    const next = await thisRelease.mint(deps, input);
    const Key = keys.grant(input.grantId);
    const { Item } = (await deps.table.client.send(new GetCommand({ TableName: deps.table.name, Key }))) as {
      Item: Record<string, unknown>;
    };
    const changed = { ...Item, ...change(Item) };
    await deps.table.client.send(new PutCommand({ TableName: deps.table.name, Item: changed }));
    return next;
  },
});
const [life] = Object.values(lives);

describe("a release that forgets what is in flight is found", () => {
  const takesOver = (first: number) => (_: string, runs: number) => (runs < first ? "kept" : "next");
  const comesBack = (first: number) => (_: string, runs: number) => (runs < first ? "next" : "kept");

  it("needs a member that the kept one did not write, and sweep passes it over", async () => {
    const careless: Partial<Release> = {
      endAccess: () => Promise.reject(new TypeError("the item has no member of mine")),
      sweep: async () => ({ looked: 0, failed: 0 }),
    };
    if (life) await expect(liveThrough(life, takesOver(2), { careless })).rejects.toThrow("ACTIVE");
  });
  it("writes a form of its own, which the one before must read when it comes back", async () => {
    const careless = changing(() => ({ schema: 2 }));
    if (life) await expect(liveThrough(life, comesBack(3), { careless })).rejects.toThrow();
  });
  it("adds a member, and that is no harm: the one before carries it along", async () => {
    const careless = changing(() => ({ added: true }));
    if (life) expect((await liveThrough(life, comesBack(3), { careless })).grants).toHaveLength(1);
  });
});
