import { expect } from "vitest";
import { fromItem } from "../../../functions/aws/table/grants.ts";
import type { AuditEvent, Facts } from "../../../functions/core/audit/event.ts";
import { type EventType, rowFor } from "../../../functions/core/audit/registry.ts";
import type { World } from "../../fakes/world.ts";

export const eventsOf = (world: World): AuditEvent[] =>
  world.fake.events.map(({ body }) => JSON.parse(body) as AuditEvent);

const sorted = (texts: Iterable<string>): string[] => [...texts].sort();
const DENIED = /\*\.([a-z2-7]{16})\.\*/g;

/**
 * Every effect that a world had, beside what its record says: one event for each effect, and no event without its effect
 * (I-47). Effects are taken from where they happened: STS, IAM, the inbox, the table, the log of answers.
 */
export function expectEffectsOnRecord(world: World): void {
  const events = eventsOf(world);
  const of = (...types: EventType[]) => events.filter(({ type }) => types.includes(type));
  const facts = (of: readonly AuditEvent[], name: keyof Facts) =>
    of.map((event) => String(event.facts[name]));
  // Masked rows and permits come without one.
  const withSession = (of: readonly AuditEvent[]) =>
    of.filter((event) => !event.facts.masked && event.facts.access !== "perform");
  const count = (of: readonly AuditEvent[]) => of.reduce((sum, event) => sum + (event.facts.count ?? 0), 0);
  const items = (entity: string) => world.fake.items().filter((item) => item.entity === entity);
  const ids = events.map(({ id }) => id);
  expect(new Set(ids).size, "each event once").toBe(ids.length);

  const grants = items("grant").map(fromItem);
  const moves = events.filter(({ type }) => rowFor(type).chained);
  const versions = grants.flatMap(({ id, version }) =>
    Array.from({ length: version }, (_, index) => `${id}-${String(index + 1).padStart(6, "0")}`),
  );
  expect(sorted(moves.map(({ id }) => id)), "a move, an event").toEqual(sorted(versions));

  const issued = world.sts.issued.map(({ sessionName }) => sessionName);
  const minted = facts(withSession(of("grant.activated", "grant.rotated")), "sessionName");
  const lost = facts(of("attempt.lost"), "sessionName");
  expect(issued, "a session that is delivered was issued").toEqual(expect.arrayContaining(minted));
  expect(new Set([...minted, ...lost]).size, "one outcome an attempt").toBe(minted.length + lost.length);
  const claimed = facts(withSession(of("grant.attempt_claimed")), "sessionName");
  expect(claimed, "a session that was issued was claimed").toEqual(expect.arrayContaining(issued));

  const asked = of("approval.asked").flatMap((event) => (event.facts.people ?? "").split(","));
  const invited = world.mail.inbox.filter(({ token }) => token).map(({ to }) => to);
  const addresses = asked.map((id) => world.policy.catalogue.people.find((each) => each.id === id)?.email);
  expect(sorted(addresses.map(String)), "an invitation, a name").toEqual(sorted(invited));

  const denied = world.iam.puts.flatMap(({ document }) => [...document.matchAll(DENIED)].map(([, id]) => id));
  const stopped = of("grant.revoking", "session.denied").map(({ grant }) => String(grant));
  expect(stopped, "who is denied was stopped").toEqual(expect.arrayContaining([...new Set(denied)]));

  expect(of("agent.pinned", "performer.pinned")).toHaveLength(items("pin").length);
  expect(of("review.opened").length - of("review.closed").length).toBe(items("review").length);
  const standing = items("lockdown").length;
  expect(of("lockdown.set").length - of("lockdown.lifted").length, "lockdowns").toBe(standing);

  const refused = world.lines.filter(
    ({ code, fields }) =>
      code === "api.refused" && !["not_ready", "policy_denied"].includes(String(fields?.code)),
  );
  expect(count(of("request.refused")), "a refusal, a count").toBe(refused.length);
}
