import type { AuditEvent, Facts } from "../audit/event.ts";
import type { EventType } from "../audit/registry.ts";
import { sha256Hex } from "../canonical.ts";
import type { Catalogue } from "../catalogue.ts";
import { epochMs } from "../time.ts";
import type { Fact, Signal } from "./fact.ts";
import { networkOf } from "./network.ts";
import { windowField } from "./window-field.ts";

type Known = Pick<Catalogue, "agents">;
type From = (event: AuditEvent, known: Known) => (Signal | [Signal, Partial<Fact>])[];

/** Who raises flags and acts on them: what it causes is no news to it. */
export const FLAG_ACTOR = { type: "broker", id: "flag" } as const;

const COLLECT = "POST /grants/{id}/credentials";
const EXTEND = "POST /grants/{id}/extend";
const isElsewhere = ({ agent, environment }: Facts, { agents }: Known): boolean => {
  const home = agents.find(({ id }) => id === agent)?.environment;
  return home !== undefined && environment !== undefined && home !== environment;
};
const isPastCap = ({ windowSeconds = 0, capSeconds }: Facts): boolean =>
  capSeconds !== undefined && capSeconds > 0 && windowSeconds > capSeconds;
const partOf = ({ scope }: Facts): string => sha256Hex(scope ?? "").slice(0, 12);

const asked: From = ({ facts }, known) => {
  const isRefused = facts.decision === "deny";
  const isGranted = facts.decision === "allow" && facts.status !== "DENIED";
  const { windowSeconds: seconds, extends: base } = facts;
  return [
    "asked",
    ...(isRefused && isElsewhere(facts, known) ? ["refused-elsewhere" as const] : []),
    ...(isRefused && (base !== undefined || isPastCap(facts)) ? ["past-cap" as const] : []),
    ...(isGranted ? [["granted-by-rule", { seconds, part: partOf(facts) }] as [Signal, Partial<Fact>]] : []),
  ];
};

const refused: From = ({ facts: { path, code, reason } }) => {
  if (path === COLLECT && code === "grant_over") return ["collected-late"];
  if (path === COLLECT && ["not_found", "forbidden", "not_your_role"].includes(code ?? ""))
    return ["foreign-collect"];
  if (path === EXTEND && code === "grant_over") return ["extended-late"];
  return code === "invalid_request" && windowField(reason?.replace(/^window: /, "")) ? ["bad-window"] : [];
};

const saidYes: From = ({ actor, facts }) => [
  ["approved", { person: actor.id }],
  ["stage-approved", { person: actor.id, stage: facts.stage }],
];

const collected: From = ({ actor, time }) => {
  const network = networkOf(actor.sourceIp);
  const at = epochMs(time);
  return network ? [["collected", { seen: [{ network, first: at, last: at }] }]] : [];
};

/** The events that say something, and what. The rule on the bus passes these types and no other. */
const factsFrom: Partial<Record<EventType, From>> = {
  "grant.requested": asked,
  "decision.dry_run": asked,
  "request.refused": refused,
  "approval.asked": ({ facts }) => [["stage-asked", { stage: facts.stage }]],
  "grant.stage_approved": saidYes,
  "grant.approved": saidYes,
  "credentials.collected": collected,
  "data.read": ({ facts: { rows, bytes } }) => [["read", { rows, bytes, calls: 1 }]],
};
export const watchedTypes = Object.keys(factsFrom) as EventType[];

/** What an event tells a rule. Nothing of what this very function did, and of an event that stands for no more calls nothing. */
export function factsOfEvent(event: AuditEvent, known: Known): Fact[] {
  const { actor, facts, grant } = event;
  if (actor.type === "broker" && actor.id === FLAG_ACTOR.id) return [];
  const times = event.type === "request.refused" ? (facts.count ?? 1) : 1;
  if (times === 0) return [];
  return (factsFrom[event.type]?.(event, known) ?? []).map((told) => {
    const [signal, more] = typeof told === "string" ? [told, {}] : told;
    return {
      id: `${event.id}#${signal}`,
      at: epochMs(event.time),
      signal,
      agent: facts.agent,
      resource: facts.resource,
      grant,
      caller: actor.type === "broker" ? undefined : actor.id,
      times,
      ...more,
    };
  });
}
