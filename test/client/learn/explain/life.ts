import { type Told, toldIn } from "../../../../client/learn/approvals/told.ts";
import { firedTriggers, flatParameters, type Parameters } from "../../../../functions/core/actions/values.ts";
import type { Actor, AuditEvent } from "../../../../functions/core/audit/event.ts";
import { offersMasked, subjectOf } from "../../../../functions/core/catalogue.ts";
import type { Grant } from "../../../../functions/core/grant/grant.ts";
import { request } from "../../../../functions/core/grant/moves.ts";
import type { Moment, Step } from "../../../../functions/core/grant/step.ts";
import { grantViewOf } from "../../../../functions/core/grant/view.ts";
import type { SubjectAccess } from "../../../../functions/core/kinds/names.ts";
import type { Scope } from "../../../../functions/core/kinds/registry.ts";
import { decideAsk } from "../../../../functions/core/policy/ask.ts";
import { type AskContext, NEWCOMER } from "../../../../functions/core/policy/context.ts";
import { deployPolicy } from "../../../fakes/policy.ts";

export const deps = deployPolicy();
/** A Tuesday, 09:30 in Berlin. */
export const TUESDAY = Date.UTC(2026, 10, 17, 8, 30);

export const person = (id: string): Actor => ({ type: "person", id });
export const agent = (id: string): Actor => ({ type: "agent", id });
const broker: Actor = { type: "broker", id: "sweep" };

type Ask = {
  agent: string;
  resource: string;
  access: SubjectAccess;
  scope?: Scope;
  windowSeconds?: number;
  masked?: true;
  breakGlass?: true;
  ticket?: string;
  purpose?: string;
  parameters?: Parameters;
  at?: number;
  said?: Partial<AskContext>;
};

/** A grant as it goes through the core's own moves, and the events that tell of it. */
export type Life = { grant: Grant; events: AuditEvent[]; at: number };

/** An ask, decided as the API decides it. */
export function begun({ at = TUESDAY, ...ask }: Ask): Life {
  const who = deps.catalogue.agents.find(({ id }) => id === ask.agent);
  const what = subjectOf(deps.catalogue, ask.resource);
  const type = deps.catalogue.actions?.find(({ id }) => id === ask.resource);
  if (!who || !what || (ask.masked && !offersMasked(what, ask.access))) throw new Error("cannot be asked");
  const scope = ask.parameters ? { parameters: JSON.stringify(ask.parameters) } : ask.scope;
  const windowSeconds = type?.permitSeconds ?? ask.windowSeconds ?? 900;
  const facts = {
    ...{ windowSeconds, wholeResource: scope === undefined, masked: ask.masked ?? false },
    ...{ purposeGiven: true, ticketGiven: ask.ticket !== undefined, breakGlass: ask.breakGlass ?? false },
    ...{ startsAt: at, standing: { ...NEWCOMER, firstUse: false } },
    ...(type && ask.parameters
      ? { triggers: firedTriggers(type, ask.parameters), parameters: flatParameters(ask.parameters) }
      : {}),
  };
  const input = { agent: who, resource: what, access: ask.access, scope, facts, at };
  const decision = decideAsk(deps, input, { modelChanged: false, ...ask.said });
  const { id, key, environment, owner, team } = who;
  const step = request(
    {
      id: "k7m2abcdefgh2345",
      agent: { id, key, environment, owner, team, arn: who.principals[0] ?? "", uniqueId: "AIDAEXAMPLE" },
      resource: {
        ...{ id: what.id, kind: what.kind, arn: what.arn, environment: what.environment },
        ...{ classification: what.classification, role: what.accessRole },
      },
      access: ask.access,
      ...(scope ? { scope } : {}),
      ...{ windowSeconds, masked: ask.masked ?? false, purpose: ask.purpose ?? "Answer a customer" },
      ...(ask.ticket ? { ticket: ask.ticket } : {}),
      ...{ digest: `sha256:${"0".repeat(64)}`, decision },
    },
    { now: at, by: agent(id), writer: "writer" },
  );
  return { grant: step.after, events: [step.event.event], at };
}

/** One more move, so long after the one before. Whether it may be made, the move itself says. */
export function moved(
  life: Life,
  afterMs: number,
  move: (grant: never, moment: Moment) => Step,
  by: Actor = broker,
): Life {
  const now = life.at + afterMs;
  const step = move(life.grant as never, { now, by, writer: "writer" });
  return { grant: step.after, events: [...life.events, step.event.event], at: now };
}

/** Something beside the chain, of which only so much matters here. */
export const aside = (
  life: Life,
  type: AuditEvent["type"],
  { by = broker, facts = {} }: { by?: Actor; facts?: AuditEvent["facts"] } = {},
): Life => ({
  ...life,
  events: [
    ...life.events,
    {
      ...{
        v: 1,
        id: `aside-${life.events.length}-${life.grant.id}`,
        type,
        actor: by,
        grant: life.grant.id,
        facts,
      },
      time: new Date(life.at + 500).toISOString(),
    },
  ],
});

export const viewOf = ({ grant, events }: Life) => grantViewOf(grant, { events });

/** The same as the record tells it. */
export async function toldOf({ events }: Life): Promise<Told> {
  async function* all() {
    yield* events;
  }
  const [told] = await toldIn(all(), { from: 0, until: Number.MAX_SAFE_INTEGER });
  if (!told) throw new Error("the record has no such grant");
  return told;
}
