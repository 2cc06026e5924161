import fc from "fast-check";
import { type Held, TEMPLATES, type TemplateName, templateOf } from "./model.ts";
import {
  type At,
  agentFor,
  anybody,
  anyGrant,
  anyKey,
  check,
  gate,
  held,
  idOf,
  no,
  ok,
  opened,
  same,
  spec,
  type Want,
  whoFor,
} from "./step.ts";

const names = Object.keys(TEMPLATES) as TemplateName[];
const isAction = (name: TemplateName) => templateOf(name).gives === "permit";
const GRANTS = names.filter((name) => !isAction(name));
const ACTIONS = names.filter(isAction);
const PATH = { grants: "/grants", actions: "/actions" };

type Asked = { name: TemplateName; key: string | undefined; dryRun: boolean; extra: boolean; who: string };
const asks = (of: TemplateName[]): fc.Arbitrary<Asked> =>
  fc.record({
    name: fc.constantFrom(...of),
    key: anyKey,
    dryRun: fc.nat({ max: 4 }).map((one) => one === 0),
    extra: fc.nat({ max: 9 }).map((one) => one === 0),
    who: anybody,
  });

/** What a key of a caller was used for: the very same, or another thing. */
function byKey({ model, run }: At, who: string, key: string | undefined, body: object) {
  if (key === undefined) return { note: () => undefined, header: {}, before: undefined };
  const name = `${who} ${key}`;
  const text = JSON.stringify(body);
  const used = model.keys.get(name);
  return {
    note: (id: string) => void model.keys.set(name, { body: text, id }),
    header: { "idempotency-key": `${run}-${key}` },
    before: used && (used.body === text ? used.id : ("other" as const)),
  };
}

/** A glass is broken once, until somebody has reviewed it. */
const isRefused = ({ model }: At, name: TemplateName): boolean => {
  const { denied, glass, agent } = templateOf(name);
  const unreviewed = (grant: Held) => grant.review === "open" && model.agentOf(grant) === agent;
  return denied === true || (glass === true && model.grants.some(unreviewed));
};

/** The answer to the repeat of an ask. */
function repeat(at: At, id: string): Want {
  return at.model.grant(id)?.status === "DENIED" ? no("policy_denied") : ok(201);
}

async function ask(at: At, kind: keyof typeof PATH, { name, key, dryRun, extra, ...args }: Asked) {
  const { model, broker } = at;
  const { agent, body } = templateOf(name);
  const who = whoFor(args.who, agent);
  // Policy's answer to another agent's ask is policy's; here an agent asks for what is its own.
  if (model.kindOf(who) === "agent" && who !== agent) return;
  const isDry = dryRun && key === undefined;
  const sent = { ...body, ...(isDry ? { dryRun: true } : {}), ...(extra ? { status: "APPROVED" } : {}) };
  const keyed = byKey(at, who, key, sent);
  const now = broker.now();
  const denied = isRefused(at, name);
  const want =
    gate(at, who, "agent") ??
    (extra ? no("invalid_request") : undefined) ??
    (keyed.before === "other" ? no("idempotency_conflict") : undefined) ??
    (keyed.before ? repeat(at, keyed.before) : undefined) ??
    (model.locked(name) ? no("locked_down") : undefined) ??
    (model.overQuota(who, !isDry && !denied, now) ? no("quota_exceeded") : undefined) ??
    (isDry ? ok() : denied ? no("policy_denied") : ok(201));
  const reply = await broker.call(who, "POST", PATH[kind], { body: sent, headers: keyed.header });
  model.at(broker.now());
  check(`${who} asks for ${name}`, reply, want);
  const answer = reply.body as { id?: string; error?: { details?: { id?: string } } };
  if (keyed.before && keyed.before !== "other" && want.status === 201)
    return same("the same grant", answer.id, keyed.before);
  const isDecided = want.status < 300 || want.code === "policy_denied";
  if (!isDecided || keyed.before) return;
  model.countAsk(who, now);
  if (isDry) return same("no id", answer.id, undefined);
  const id = answer.id ?? answer.error?.details?.id ?? "";
  if (answer.id) await opened(at, name, reply.body as never);
  else {
    const { body: view } = await broker.call("colin", "GET", `/grants/${id}`);
    const { digest, window, status } = view as never as {
      digest: string;
      window: { seconds: number };
      status: string;
    };
    same("a plain no is kept", status, "DENIED");
    const refused = model.add("foreign", { id, digest, seconds: window.seconds }, now);
    refused.template = name;
    refused.stages = [];
  }
  keyed.note(id);
}

const extendArgs = fc.record({ who: anybody, ref: anyGrant, key: anyKey, seconds: fc.constantFrom(60, 900) });

export const asking = {
  ask: spec(asks(GRANTS), (at, args) => ask(at, "grants", args)),
  askAction: spec(asks(ACTIONS), (at, args) => ask(at, "actions", args)),
  extend: spec(extendArgs, async (at, { ref, key, seconds, ...args }) => {
    const { model, broker } = at;
    const base = held(at, ref, ({ status }) => status === "ACTIVE");
    const who = whoFor(args.who, agentFor(at, base));
    // An extension does not break the glass again: who was passed over is asked.
    const name = base?.template === "glass" ? "sensitive" : base?.template;
    const body = { windowSeconds: seconds };
    const keyed = byKey(at, who, key, { extends: base?.id, ...body });
    const now = broker.now();
    const extension = base?.extendedBy === undefined ? undefined : model.grant(base.extendedBy);
    const neverGiven = extension && /^(DENIED|REJECTED|CANCELLED|EXPIRED)$/.test(extension.status);
    const state = (of: Held): Want | undefined => {
      if (of.status === "PENDING") return no("wrong_state");
      if (of.status !== "ACTIVE") return no("grant_over");
      return of.extendedBy !== undefined && !neverGiven ? no("already_extended") : undefined;
    };
    const want =
      gate(at, who, "agent") ??
      (model.owns(who, base) && name
        ? ((isAction(name) ? no("wrong_state") : undefined) ??
          (keyed.before === "other" ? no("idempotency_conflict") : undefined) ??
          (keyed.before ? repeat(at, keyed.before) : undefined) ??
          (model.locked(name) ? no("locked_down") : undefined) ??
          state(base) ??
          (model.overQuota(who, true, now) ? no("quota_exceeded") : undefined) ??
          ok(201))
        : no("not_found"));
    const reply = await broker.call(who, "POST", `/grants/${idOf(ref, base)}/extend`, {
      body,
      headers: keyed.header,
    });
    model.at(broker.now());
    check(`${who} extends ${idOf(ref, base)}`, reply, want);
    if (want.status !== 201 || !base || !name) return;
    const { id } = reply.body as { id: string };
    if (keyed.before) return same("the same extension", id, keyed.before);
    model.countAsk(who, now);
    await opened(at, name, reply.body as never, base);
    keyed.note(id);
  }),
};
