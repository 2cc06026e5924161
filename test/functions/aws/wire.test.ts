import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { routine } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { NAME } from "../../fakes/plan.ts";
import { FakeTable } from "../../fakes/table.ts";
import { isBehindWire, Wire } from "../../fakes/wire.ts";
import { World } from "../../fakes/world.ts";

/** What functions are given that is not of AWS: time, chance, the log, and what calls AWS by other members. */
const OURS = new Set(["now", "newId", "log", "pause", "newMaskSecret", "random", "emit", "republish"]);
/** The policy that they were deployed with. */
const POLICY = new Set(["bundle", "engine", "catalogue"]);

/** Every function within, by its path; of classes the methods too. */
function functionsIn(value: object, path: string): { path: string; is: unknown }[] {
  const own = Object.getOwnPropertyNames(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const inherited =
    prototype === Object.prototype || prototype === null ? [] : Object.getOwnPropertyNames(prototype);
  return [...new Set([...own, ...inherited])]
    .filter((name) => name !== "constructor")
    .map((name) => ({ path: `${path}.${name}`, is: Reflect.get(value, name) as unknown }))
    .filter(({ is }) => typeof is === "function");
}

describe("the seam between functions and AWS", () => {
  it("has behind it every function that functions are given, but those that are our own", () => {
    const deps = Object.entries(new World().deps()).filter(([name]) => !POLICY.has(name) && !OURS.has(name));
    const given = deps.flatMap(([name, value]) =>
      typeof value === "function"
        ? [{ path: name, is: value as unknown }]
        : typeof value === "object" && name !== "broker"
          ? functionsIn(value, name)
          : [],
    );
    expect(given.filter(({ is }) => !isBehindWire(is)).map(({ path }) => path)).toEqual([]);
    expect(given.length).toBeGreaterThan(20);
  });

  it("sees every request that an ask makes to the table", async () => {
    const world = new World();
    let seen = 0;
    world.wire.interpose = (call) => {
      seen += call.name === "table.client.send" ? 1 : 0;
      return call.does();
    };
    await world.agent("finetune-pipeline").ask(routine);
    expect(seen).toBe(world.fake.counts.reads + world.fake.counts.writes);
    expect(seen).toBeGreaterThan(5);
  });

  it("takes what a test puts in the place of a method, and does nothing itself", async () => {
    const service = { deep: { call: async () => "first" } };
    const wire = new Wire();
    const given = wire.around(service);
    expect(await given.deep.call()).toBe("first");
    service.deep.call = async () => "second";
    expect(await given.deep.call()).toBe("second");
    wire.interpose = async () => {
      throw timedOut();
    };
    await expect(given.deep.call()).rejects.toThrow("did not answer");
  });

  it("answers a read that need not be consistent with what was before, and no other", () => {
    const fake = new FakeTable();
    const Key = { pk: "a", sk: "b" };
    const at = { TableName: NAME, Key };
    fake.apply(new PutCommand({ TableName: NAME, Item: { ...Key, n: 1 } }));
    expect(fake.stale(new GetCommand({ ...at, ConsistentRead: true }))).toBeUndefined();
    expect(fake.stale(new GetCommand(at))?.()).toEqual({});
    expect(fake.apply(new GetCommand(at))).toEqual({ Item: { ...Key, n: 1 } });
  });
});
