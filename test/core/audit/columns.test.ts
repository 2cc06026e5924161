import { describe, expect, test } from "vitest";
import {
  columns,
  eventsTable,
  factColumns,
  partition,
  rowOf,
} from "../../../functions/core/audit/columns.ts";
import { facts, sealEvent } from "../../../functions/core/audit/event.ts";
import { leastFacts } from "../../fakes/events.ts";
import { RESERVED } from "./reserved-words.ts";

describe("the columns of the events table", () => {
  test("have one for every fact of the schema (and the compiler says so too)", () => {
    expect(Object.keys(factColumns).sort()).toEqual(Object.keys(facts.shape).sort());
    const names = columns.map(({ name }) => name);
    for (const { name } of Object.values(factColumns)) expect(names).toContain(name);
  });

  test("have names in snake case, each once, the partition's among none of them", () => {
    const names = columns.map(({ name }) => name);
    expect(new Set([...names, partition.name]).size).toBe(names.length + 1);
    for (const name of names) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test.each([...columns.map(({ name }) => name), partition.name, eventsTable.name])(
    "%s is no reserved word of Athena or DuckDB",
    (name) => {
      expect(RESERVED.has(name)).toBe(false);
    },
  );

  test("make a row in their order", () => {
    const sealed = sealEvent({
      v: 1,
      id: "0123456789abcdef",
      type: "agent.pinned",
      time: "2026-11-21T09:30:00.000Z",
      actor: { type: "broker", id: "broker" },
      facts: leastFacts("agent.pinned"),
    });
    const row = rowOf(sealed);
    expect(row).toHaveLength(columns.length);
    expect(row[columns.findIndex(({ name }) => name === "event_time")]).toEqual(
      new Date("2026-11-21T09:30:00Z"),
    );
    expect(row.slice(-2)).toEqual([sealed.hash, sealed.body]);
  });

  test("refuse a time that is none, rather than keep a wrong one", () => {
    const sealed = sealEvent({
      v: 1,
      id: "0123456789abcdef",
      type: "agent.pinned",
      time: "2026-11-21T09:30:00.000Z",
      actor: { type: "broker", id: "broker" },
      facts: leastFacts("agent.pinned"),
    });
    expect(() => rowOf({ ...sealed, event: { ...sealed.event, facts: { startsAt: "soon" } } })).toThrow(
      RangeError,
    );
  });
});
