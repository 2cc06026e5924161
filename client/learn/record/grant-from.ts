import * as z from "zod";
import type { AuditEvent, Facts } from "../../../functions/core/audit/event.ts";
import { canonicalScope, type Scope } from "../../../functions/core/kinds/registry.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import { decision, type ShadowNote, shadowDecision } from "../../../functions/core/policy/decided.ts";
import { epochMs } from "../../../functions/core/time.ts";
import { cannotTell } from "./files.ts";
import type { Move, RecordedGrant } from "./grant.ts";

// A default would be a value that nobody recorded; a fact that a later release added, no rule of this one can read.
const recordedContext = z.object({
  ...Object.fromEntries(
    Object.entries(askContext.shape).map(([name, schema]) => [
      name,
      (schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema).optional(),
    ]),
  ),
  startsAt: z.iso.datetime().optional(),
});
type RecordedContext = Partial<AskContext> & { startsAt?: string };
const recordedShadow = z.object({ notes: z.array(shadowDecision.shape.notes.element.loose()) });
const outcome = decision.shape.outcome;

/** What a fact says that is JSON, checked. Throws where it says nothing that can be read. */
function jsonIn(event: AuditEvent, fact: "scope" | "context" | "shadow", schema: z.ZodType): unknown {
  const text = event.facts[fact];
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw cannotTell(event.id, `its ${fact} cannot be read`);
  }
}

const listIn = (text: string | undefined): string[] => (text ? text.split(",") : []);

/** `1:privacy:1,2:data-owners:2` as stages. */
function planIn(text: string | undefined): RecordedGrant["plan"] {
  return listIn(text).map((stage) => {
    const [place, group = "", quorum] = stage.split(":");
    return { stage: Number(place), group, quorum: Number(quorum) };
  });
}

function riskIn({ riskScore, riskFactors }: Facts): RecordedGrant["risk"] {
  if (riskScore === undefined) return undefined;
  const factors = listIn(riskFactors).map((each) => {
    const at = each.lastIndexOf("=");
    return [each.slice(0, at), Number(each.slice(at + 1))] as const;
  });
  return { score: riskScore, factors: Object.fromEntries(factors) };
}

const timeIn = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : epochMs(text);

/** The members that have a value: what is absent in the record is absent here. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

/** One event of a grant's chain as a move. */
export function moveFrom({ type, time, actor, chain, facts }: AuditEvent): Move {
  const { stage, group, code, reason, people, attempt, channel } = facts;
  return present({
    ...{ type, at: epochMs(time), sequence: chain?.sequence ?? 0, actor },
    ...{ stage, group, code, reason, attempt, channel },
    people: people === undefined ? undefined : listIn(people),
    startsAt: timeIn(facts.startsAt),
    endsAt: timeIn(facts.endsAt),
  } as Move);
}

/** What a `grant.requested` tells: the ask, and what was decided of it; its only move is the ask. */
export function grantFrom(event: AuditEvent): RecordedGrant {
  const { facts } = event;
  const decided = outcome.safeParse(facts.decision);
  if (!decided.success || !event.grant) throw cannotTell(event.id, "it does not say what was decided");
  const { startsAt, ...context } =
    (jsonIn(event, "context", recordedContext) as RecordedContext | undefined) ?? {};
  return present({
    id: event.grant,
    agent: facts.agent ?? "",
    owner: facts.owner,
    team: facts.team,
    resource: facts.resource ?? "",
    resourceArn: facts.resourceArn ?? "",
    environment: facts.environment ?? "",
    access: facts.access ?? "",
    scope: jsonIn(event, "scope", canonicalScope) as Scope | undefined,
    masked: facts.masked ?? false,
    windowSeconds: facts.windowSeconds ?? 0,
    purpose: facts.purpose ?? "",
    task: facts.task,
    ticket: facts.ticket,
    onBehalfOf: facts.onBehalfOf,
    model: facts.model,
    askedAt: epochMs(event.time),
    decision: decided.data,
    rules: listIn(facts.rules),
    policyVersion: facts.policyVersion ?? "",
    plan: planIn(facts.plan),
    capSeconds: facts.capSeconds,
    risk: riskIn(facts),
    breakGlass: facts.breakGlass ?? false,
    context: facts.context === undefined ? undefined : context,
    requestedStart: timeIn(startsAt),
    shadow: (jsonIn(event, "shadow", recordedShadow) as { notes: ShadowNote[] } | undefined)?.notes,
    moves: [moveFrom(event)],
  } as RecordedGrant);
}
