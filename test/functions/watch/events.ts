import type { Actor, AuditEvent, Facts } from "../../../functions/core/audit/event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import type { Grant } from "../../../functions/core/grant/grant.ts";
import { isoMillis, isoSeconds, minuteOf } from "../../../functions/core/time.ts";
import type { RoleAssumed, SessionUsed } from "../../../functions/core/watch/use.ts";
import { idOf } from "../../history/scribe.ts";

/** What watch may be told, as far as its rules look at it: without what only the record needs. */
export type Told =
  | { kind: "event"; event: AuditEvent }
  | { kind: "used"; used: SessionUsed; grant: Grant }
  | { kind: "assumed"; assumed: RoleAssumed; grant: Grant | undefined };

export type Ask = {
  label: string;
  agent: string;
  environment: string;
  resource: string;
  at: number;
  seconds: number;
  decision?: "allow" | "needs_approval" | "deny";
  part?: string;
  cap?: number;
  extends?: string;
};

const grantOf = (label: string): string => idOf(`grant ${label}`);
const agentActor = (id: string, ip?: string): Actor => ({
  type: "agent",
  id,
  ...(ip ? { sourceIp: ip } : {}),
});

const event = (
  head: { type: EventType; at: number; actor: Actor; label: string; grant?: string },
  facts: Facts,
): Told => ({
  kind: "event",
  event: {
    ...{ v: 1, id: idOf(`${head.type} ${head.label}`), type: head.type, time: isoMillis(head.at) },
    actor: head.actor,
    ...(head.grant ? { grant: head.grant } : {}),
    facts,
  },
});

const aboutAsk = ({ agent, environment, resource, seconds }: Ask): Facts => ({
  agent,
  environment,
  resource,
  windowSeconds: seconds,
});

export function asked(ask: Ask): Told {
  const { label, agent, at, decision = "allow", part, cap } = ask;
  return event(
    { type: "grant.requested", at, actor: agentActor(agent), label, grant: grantOf(label) },
    {
      ...aboutAsk(ask),
      decision,
      status: decision === "deny" ? "DENIED" : decision === "allow" ? "APPROVED" : "PENDING",
      ...(part ? { scope: JSON.stringify({ prefix: part }) } : {}),
      ...(cap === undefined ? {} : { capSeconds: cap }),
      ...(ask.extends ? { extends: grantOf(ask.extends) } : {}),
    },
  );
}

export const stageAsked = (ask: Ask, at: number, stage = 1): Told =>
  event(
    {
      ...{ type: "approval.asked", at, label: `${ask.label} ${stage}`, grant: grantOf(ask.label) },
      actor: { type: "broker", id: "ask-approvers" },
    },
    { ...aboutAsk(ask), stage },
  );
export const approved = (ask: Ask, by: string, at: number, stage = 1): Told =>
  event(
    {
      ...{ type: "grant.approved", at, label: `${ask.label} ${stage}`, grant: grantOf(ask.label) },
      actor: { type: "person", id: by },
    },
    { ...aboutAsk(ask), stage },
  );
export const collected = (ask: Ask, at: number, ip: string): Told =>
  event(
    {
      ...{ type: "credentials.collected", at, label: `${ask.label} ${at}`, grant: grantOf(ask.label) },
      actor: agentActor(ask.agent, ip),
    },
    aboutAsk(ask),
  );
export const readRows = (ask: Ask, at: number, rows: number): Told =>
  event(
    {
      ...{ type: "data.read", at, label: `${ask.label} ${at}`, grant: grantOf(ask.label) },
      actor: agentActor(ask.agent),
    },
    { ...aboutAsk(ask), rows, bytes: rows * 200 },
  );
export const refused = (
  actor: Actor,
  at: number,
  { label, ...facts }: Facts & { label: string; code: string; path: string },
): Told =>
  event(
    { type: "request.refused", at, label, actor },
    { count: 1, ...facts, ...(actor.type === "agent" ? { agent: actor.id } : {}) },
  );

/** A grant as far as use is judged by it. */
const grantFrom = (ask: Ask, startsAt: number): Grant =>
  ({
    id: grantOf(ask.label),
    status: "ACTIVE",
    agent: { id: ask.agent, key: ask.agent.slice(0, 8) },
    resource: { id: ask.resource },
    endsAt: isoSeconds(startsAt + ask.seconds * 1000),
  }) as Grant;

type Use = {
  calls: number;
  bytes?: number;
  refused?: number;
  networks: readonly string[] | readonly { network: string; first: number; last: number }[];
  region?: string;
  lastAllowed?: number;
  forSeconds?: number;
};

/** What a grant's session did within a minute: refused calls, if any, one after the other at its beginning. */
export function used(ask: Ask, startsAt: number, at: number, use: Use): Told {
  const { calls, bytes = 0, refused: no = 0, networks, region = "eu-central-1" } = use;
  const first = Math.floor(at / 1000) * 1000;
  const last = first + (use.forSeconds ?? 30) * 1000;
  const all = no >= calls;
  const spans = networks.map((each) =>
    typeof each === "string"
      ? { network: each, first: isoSeconds(first), last: isoSeconds(last) }
      : { network: each.network, first: isoSeconds(each.first), last: isoSeconds(each.last) },
  );
  return {
    kind: "used",
    grant: grantFrom(ask, startsAt),
    used: {
      ...{ v: 1, id: idOf(`use ${ask.label} ${at}`), grant: grantOf(ask.label) },
      minute: `${minuteOf(first)}:00Z`,
      first: isoSeconds(first),
      last: isoSeconds(last),
      ...(all && use.lastAllowed === undefined ? {} : { lastAllowed: isoSeconds(use.lastAllowed ?? last) }),
      ...{ calls, bytes, networks: spans, regions: [region] },
      run: { head: no, longest: no, tail: all ? no : 0, all },
    },
  };
}
