import { describe, expect, test } from "vitest";
import {
  type AuditEvent,
  chainEventId,
  type Facts,
  facts,
  sealEvent,
} from "../../../functions/core/audit/event.ts";
import { readEvent } from "../../../functions/core/audit/read-event.ts";
import { type EventType, rowFor, typeNames } from "../../../functions/core/audit/registry.ts";
import { everyFact, leastFacts, mostFacts, sealAsIs } from "../../fakes/events.ts";

const GRANT = "abcdefgh234567ab";
function eventOf(type: EventType, given: Facts): AuditEvent {
  const head = { v: 1 as const, type, time: "2026-11-21T09:30:00.000Z", facts: given };
  const by = { actor: { type: "broker" as const, id: "sweep" } };
  if (!rowFor(type).chained) return { ...head, ...by, id: "0123456789abcdef" };
  const chain = { sequence: 1, previous: null };
  return { ...head, ...by, id: chainEventId(GRANT, 1), grant: GRANT, chain };
}
const names = Object.keys(facts.shape) as (keyof Facts)[];

describe("the registry of events", () => {
  test.each(typeNames)("%s says in one sentence what it means, and names each fact once", (type) => {
    const { meaning, must, may } = rowFor(type);
    expect(meaning).toMatch(/^[A-Z].*[.]$/);
    const own = may.filter((name) => !must.includes(name));
    expect(new Set([...must, ...own]).size).toBe(new Set(must).size + new Set(own).size);
    for (const name of [...must, ...may]) expect(names).toContain(name);
  });

  test.each(typeNames)("%s is sealed with the least and the most that it may tell", (type) => {
    for (const given of [leastFacts(type), mostFacts(type)]) {
      const { body, hash } = sealEvent(eventOf(type, given));
      expect(readEvent(body, hash)).toMatchObject({ ok: true, sealed: { event: { type, facts: given } } });
    }
  });

  test.each(typeNames)("%s is refused without a fact that it has always", (type) => {
    for (const name of rowFor(type).must) {
      const { [name]: _missing, ...rest } = leastFacts(type);
      expect(() => sealEvent(eventOf(type, rest))).toThrow(`${type} needs ${name}`);
    }
  });

  test.each(typeNames)("%s is refused with a fact that has no business there", (type) => {
    const { must, may } = rowFor(type);
    const alien = names.filter((name) => !must.includes(name) && !may.includes(name));
    expect(alien.length).toBeGreaterThan(0);
    for (const name of alien)
      expect(() => sealEvent(eventOf(type, leastFacts(type, { [name]: everyFact[name] })))).toThrow(
        `${type} has no ${name}`,
      );
  });

  test.each(typeNames)("%s of an earlier release stays readable, whatever it told (v is 1 still)", (type) => {
    for (const given of [{}, everyFact]) {
      const { body, hash } = sealAsIs(eventOf(type, given));
      expect(readEvent(body, hash)).toMatchObject({ ok: true });
    }
  });

  test("an undefined fact is none", () => {
    const given = { ...leastFacts("grant.ended"), people: undefined } as unknown as Facts;
    expect(sealEvent(eventOf("grant.ended", given)).body).not.toContain("people");
  });

  test("every fact belongs to some type", () => {
    const used = new Set(typeNames.flatMap((type) => [...rowFor(type).must, ...rowFor(type).may]));
    expect([...used].sort()).toEqual([...names].sort());
  });
});
