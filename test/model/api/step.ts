import fc from "fast-check";
import type { Broker, Reply } from "./broker.ts";
import { AGENTS, type Held, type Model, PEOPLE, SYSTEMS, type TemplateName, templateOf } from "./model.ts";

/** What one command is given: the model, the broker, and what a run of commands is called, for keys of its own. */
export type At = { model: Model; broker: Broker; run: string };
/** What must be answered. */
export type Want = { status: number; code?: string };
/** A command: its arguments, and what doing it is; throws when the broker does not do as the model says. */
export type Spec<A> = { args: fc.Arbitrary<A>; step(at: At, args: A): Promise<void> };
export const spec = <A>(args: fc.Arbitrary<A>, step: Spec<A>["step"]): Spec<A> => ({ args, step });

export const ok = (status = 200): Want => ({ status });
const STATUS: Record<string, number> = {
  ...{ invalid_request: 400, forbidden: 403, policy_denied: 403, not_your_role: 403, not_found: 404 },
  ...{ locked_down: 403, already_extended: 409, wrong_state: 409, idempotency_conflict: 409, not_ready: 409 },
  ...{ masked_only: 409, not_masked: 409, wrong_audience: 403, permit_mismatch: 403, permit_used: 409 },
  ...{ grant_over: 410, quota_exceeded: 429 },
};
export const no = (code: string): Want => ({ status: STATUS[code] ?? 500, code });

export function check(what: string, { status, code, body }: Reply, want: Want): void {
  const said = `${status} ${code ?? ""}`;
  if (said === `${want.status} ${want.code ?? ""}`) return;
  throw new Error(
    `${what}: ${said}, not ${want.status} ${want.code ?? ""}: ${JSON.stringify(body).slice(0, 300)}`,
  );
}
export function same(what: string, found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}

/** Somebody: more often than not whoever it is for. */
export const anybody = fc.oneof(
  { weight: 3, arbitrary: fc.constant("right") },
  { weight: 1, arbitrary: fc.constantFrom(...AGENTS, ...Object.keys(PEOPLE), ...SYSTEMS, "stranger") },
);
/** A grant of the model, counted from the newest; or an id that is none. */
export const anyGrant = fc.oneof(
  { weight: 5, arbitrary: fc.nat({ max: 3 }).map((back) => ({ back })) },
  { weight: 1, arbitrary: fc.constantFrom("zzzzzzzzzzzzzzzz", "nope", "A-b_9").map((bad) => ({ bad })) },
);
export type Ref = { back: number } | { bad: string };
export const anyKey = fc.option(fc.constantFrom("k1", "k2"), { nil: undefined, freq: 2 });

export function held({ model }: At, ref: Ref, fits: (grant: Held) => boolean = () => true): Held | undefined {
  if (!("back" in ref)) return undefined;
  const fitting = model.grants.filter(fits);
  // Where nothing fits, what does not: that must be answered too.
  const from = fitting.length > 0 ? fitting : model.grants;
  return from.at(-1 - (ref.back % Math.max(1, from.length)));
}
export const idOf = (ref: Ref, grant: Held | undefined): string =>
  grant?.id ?? ("bad" in ref ? ref.bad : "zzzzzzzzzzzzzzzz");

/** Why this caller may not call such a route at all. */
export function gate({ model }: At, who: string, ...kinds: string[]): Want | undefined {
  const kind = model.kindOf(who);
  if (kind === "nobody") return no("forbidden");
  return kinds.includes(kind) ? undefined : no("not_your_role");
}
export const agentFor = ({ model }: At, grant: Held | undefined): string =>
  grant ? model.agentOf(grant) : "support-assistant";
export const whoFor = (who: string, right: string): string => (who === "right" ? right : who);

type View = {
  id: string;
  status: string;
  digest: string;
  window: { seconds: number; endsAt?: string };
  closing?: { code: string };
  decision: { plan: { group: string; decideBy?: string; approved: { person: string }[] }[] };
  timeline?: { sequence?: number; status?: string }[];
  extendedBy?: string;
  permit?: string;
};
const WAYS: Record<string, string[]> = {
  PENDING: ["PENDING", "APPROVED", "REJECTED", "EXPIRED", "CANCELLED", "DENIED"],
  APPROVED: ["ACTIVATING", "CANCELLED", "DENIED", "EXPIRED"],
  ACTIVATING: ["ACTIVE", "ACTIVATING", "DENIED", "FAILED", "REVOKING"],
  ACTIVE: ["ACTIVE", "ENDED", "REVOKING"],
  REVOKING: ["REVOKED"],
};

/** A grant as it is shown must be as the model has it, and its timeline a path of the transition table (I-41). */
export function sameGrant(grant: Held, view: View): void {
  const { id, status, code } = grant;
  // A denial is proved by itself, at its own pace.
  const proving = status === "REVOKING" && view.status === "REVOKED";
  same(`status of ${id}`, proving ? "REVOKING" : view.status, status);
  if (code !== undefined) same(`why ${id} is ${status}`, view.closing?.code, code);
  same(`digest of ${id}`, view.digest, grant.digest);
  same(`window of ${id}`, view.window.seconds, grant.seconds);
  const { endsAt } = view.window;
  if (endsAt !== undefined && grant.endsAt !== undefined)
    same(`end of ${id}`, Math.abs(Date.parse(endsAt) - grant.endsAt) <= 15_000, true);
  if (endsAt !== undefined) grant.endsAt = Date.parse(endsAt);
  const plan = view.decision.plan.map(({ group, approved }) => ({
    group,
    by: approved.map(({ person }) => person),
  }));
  same(`stages of ${id}`, plan, grant.stages);
  const open = view.decision.plan.findLast(({ decideBy }) => decideBy !== undefined)?.decideBy;
  if (open) grant.decideBy = Date.parse(open);
  const path = (view.timeline ?? []).flatMap(({ sequence, status: to }) => (sequence && to ? [to] : []));
  for (const [index, to] of path.entries()) {
    const from = path[index - 1];
    if (from !== undefined && !WAYS[from]?.includes(to)) throw new Error(`${id} went from ${from} to ${to}`);
  }
}

/** Whoever sees everything looks at a grant. */
export async function look({ model, broker }: At, grant: Held): Promise<View> {
  await broker.settled(grant.id);
  const reply = await broker.call("colin", "GET", `/grants/${grant.id}`);
  model.at(broker.now());
  check(`look at ${grant.id}`, reply, ok());
  const view = reply.body as View;
  sameGrant(grant, view);
  return view;
}

/** A grant that was just opened, by its answer. */
export async function opened(at: At, name: TemplateName, view: View, base?: Held): Promise<Held> {
  const { model, broker } = at;
  const now = broker.now();
  await broker.settled(view.id);
  const grant = model.add(name, { id: view.id, digest: view.digest, seconds: view.window.seconds }, now);
  if (base) {
    base.extendedBy = grant.id;
    grant.base = base.id;
  }
  await look(at, grant);
  if (templateOf(name).gives === "permit") await learnPermit(at, grant);
  return grant;
}

/** What the agent that asked is told of its permit. */
export async function learnPermit({ model, broker }: At, grant: Held): Promise<void> {
  if (grant.status !== "ACTIVE" || grant.permit !== undefined) return;
  const { body } = await broker.call(model.agentOf(grant), "GET", `/actions/${grant.id}`);
  const { permit } = body as View;
  if (permit === undefined) throw new Error(`no permit of ${grant.id}`);
  grant.permit = permit;
}
