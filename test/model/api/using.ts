import fc from "fast-check";
import { oneMail } from "../../fakes/actions.ts";
import { AGENTS, type Held, SYSTEMS, TEMPLATES, templateOf } from "./model.ts";
import {
  type At,
  agentFor,
  anybody,
  anyGrant,
  check,
  gate,
  held,
  idOf,
  look,
  no,
  ok,
  type Ref,
  same,
  sameGrant,
  spec,
  type Want,
  whoFor,
} from "./step.ts";

const one = fc.record({ who: anybody, ref: anyGrant });
const isActive = ({ status }: Held) => status === "ACTIVE";
const givesOf = (grant: Held) => templateOf(grant.template).gives;
const isAction = (grant: Held) => givesOf(grant) === "permit";

async function call(
  at: At,
  [who, method, path]: [string, "GET" | "POST", string],
  want: Want,
  more: { body?: unknown; query?: Record<string, string>; headers?: Record<string, string> } = {},
) {
  const reply = await at.broker.call(who, method, path, more);
  at.model.at(at.broker.now());
  check(`${who} ${method} ${path}`, reply, want);
  return reply.body;
}

/** Why nothing is given of a grant that is not active. */
const notActive = ({ status }: Held): Want => no(status === "PENDING" ? "not_ready" : "grant_over");

type Redemption = { who: string; ref: Ref; right: boolean; key: string | undefined };
function wantOfRedeeming(at: At, { who, key, right }: Redemption, grant: Held | undefined): Want {
  const { model, broker } = at;
  const kind = gate(at, who, "agent", "performer");
  if (kind) return kind;
  if (!grant || !isAction(grant)) return no("not_found");
  if (model.kindOf(who) === "agent") return no(model.owns(who, grant) ? "wrong_audience" : "not_found");
  if (grant.permit === undefined) return no("permit_mismatch");
  if (grant.endsAt !== undefined && broker.now() >= grant.endsAt) return no("grant_over");
  if (!right) return no("permit_mismatch");
  if (grant.redeemed && (key === undefined || grant.redeemed.key !== key)) return no("permit_used");
  return isActive(grant) ? ok() : no("grant_over");
}

export const using = {
  catalogue: spec(anybody, async (at, anyone) => {
    const who = whoFor(anyone, "support-assistant");
    const body = await call(at, [who, "GET", "/catalogue"], gate(at, who, "agent") ?? ok());
    const { resources } = body as { resources?: { id: string }[] };
    if (resources)
      same(
        "there are claims",
        resources.some(({ id }) => id === "claims"),
        true,
      );
  }),
  getGrant: spec(
    fc.record({ who: anybody, ref: anyGrant, wait: fc.boolean() }),
    async (at, { ref, wait, ...args }) => {
      const grant = held(at, ref);
      const who = whoFor(args.who, agentFor(at, grant));
      const want = gate(at, who, "agent", "person") ?? (at.model.sees(who, grant) ? ok() : no("not_found"));
      const query = wait ? { query: { wait: "1" } } : {};
      const body = await call(at, [who, "GET", `/grants/${idOf(ref, grant)}`], want, query);
      if (want.status !== 200 || !grant) return;
      sameGrant(grant, body as never);
      same("its extension", (body as { extendedBy?: string }).extendedBy, grant.extendedBy);
    },
  ),
  getAction: spec(one, async (at, { ref, ...args }) => {
    const { model } = at;
    const grant = held(at, ref, isAction);
    const who = whoFor(args.who, agentFor(at, grant));
    const sees = grant && isAction(grant) && (model.sees(who, grant) || SYSTEMS.includes(who));
    const want = gate(at, who, "agent", "person", "performer") ?? (sees ? ok() : no("not_found"));
    const body = await call(at, [who, "GET", `/actions/${idOf(ref, grant)}`], want);
    if (want.status !== 200 || !grant) return;
    const { permit, redeemed, outcome } = body as Record<string, unknown>;
    const mine = model.owns(who, grant) && isActive(grant) && !grant.redeemed;
    same(`permit for ${who}`, permit, mine ? grant.permit : undefined);
    same("redeemed", redeemed !== undefined, grant.redeemed !== undefined);
    const result = (outcome as { result?: string } | undefined)?.result;
    if (grant.outcome !== undefined) same("outcome", result, grant.outcome);
  }),
  listGrants: spec(
    fc.record({
      who: anybody,
      of: fc.option(fc.constantFrom(...AGENTS), { nil: undefined }),
      waiting: fc.boolean(),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
    async (at, { of, waiting, limit, ...args }) => {
      const { model, broker } = at;
      const who = whoFor(args.who, waiting ? "priya" : "analytics-copilot");
      const own = model.kindOf(who) === "agent" ? who : undefined;
      const agent = waiting ? undefined : of;
      const seesAll = ["samira", "noor", "colin"].includes(who);
      const wanted = (): Want => {
        if (waiting) return own ? no("not_your_role") : ok();
        if (own) return agent !== undefined && agent !== own ? no("not_found") : ok();
        if (!seesAll) return no("not_your_role");
        return agent === undefined ? no("invalid_request") : ok();
      };
      const want = gate(at, who, "agent", "person") ?? wanted();
      const first = { ...(waiting ? { waiting: "me" } : {}), ...(agent ? { agent } : {}) };
      const size = model.alone && !waiting ? limit : 100;
      const found: { id: string; status: string }[] = [];
      for (let cursor: string | undefined, pages = 0; pages === 0 || cursor; pages += 1) {
        const query = { ...first, limit: String(size), ...(cursor ? { cursor } : {}) };
        const body = (await call(at, [who, "GET", "/grants"], want, { query })) as {
          grants?: typeof found;
          cursor?: string;
        };
        found.push(...(body.grants ?? []));
        cursor = model.alone ? body.cursor : undefined;
      }
      if (want.status !== 200) return;
      const fits = (grant: Held) =>
        waiting ? model.mayDecide(who, grant) : model.agentOf(grant) === (own ?? agent);
      const known = found.filter(({ id }) => model.grant(id));
      if (model.alone) same(`${who} is shown no other`, known.length, found.length);
      const ids = model.grants
        .filter(fits)
        .map(({ id }) => id)
        .reverse();
      const shown = known.map(({ id }) => id);
      same(`what ${who} is shown`, waiting ? shown.sort() : shown, waiting ? ids.sort() : ids);
      if (!waiting)
        for (const { id, status } of known) {
          const grant = model.grant(id);
          if (grant?.status !== "REVOKING") same(`status of ${id} in the list`, status, grant?.status);
        }
      model.at(broker.now());
    },
  ),
  release: spec(one, async (at, { ref, ...args }) => {
    const { model } = at;
    const grant = held(at, ref, (each) => !model.isTerminal(each));
    const who = whoFor(args.who, agentFor(at, grant));
    const mine = model.owns(who, grant);
    const canEnd = mine && (["PENDING", "ACTIVE"].includes(grant.status) || grant.code === "released");
    const want = gate(at, who, "agent") ?? (mine ? (canEnd ? ok() : no("wrong_state")) : no("not_found"));
    await call(at, [who, "POST", `/grants/${idOf(ref, grant)}/release`], want);
    if (want.status !== 200 || !grant) return;
    model.stop(grant, "released", "CANCELLED");
    await look(at, grant);
  }),
  credentials: spec(one, async (at, { ref, ...args }) => {
    const { model } = at;
    const grant = held(at, ref, isActive);
    const who = whoFor(args.who, agentFor(at, grant));
    const wanted = (of: Held): Want => {
      if (isAction(of)) return no("wrong_state");
      if (givesOf(of) === "masked") return no("masked_only");
      return isActive(of) ? ok() : notActive(of);
    };
    const want = gate(at, who, "agent") ?? (model.owns(who, grant) ? wanted(grant) : no("not_found"));
    const body = await call(at, [who, "POST", `/grants/${idOf(ref, grant)}/credentials`], want);
    if (want.status !== 200 || !grant) return;
    const { Expiration, Version } = body as { Expiration: string; Version: number };
    same("the form of credential_process", Version, 1);
    same("never later than the end", Date.parse(Expiration) <= (grant.endsAt ?? 0), true);
  }),
  read: spec(one, async (at, { ref, ...args }) => {
    const { model } = at;
    const grant = held(at, ref, ({ template }) => template === "masked");
    const who = whoFor(args.who, agentFor(at, grant));
    const wanted = (of: Held): Want =>
      givesOf(of) !== "masked" ? no("not_masked") : isActive(of) ? ok() : notActive(of);
    const want = gate(at, who, "agent") ?? (model.owns(who, grant) ? wanted(grant) : no("not_found"));
    const path = `/grants/${idOf(ref, grant)}/read`;
    const body = await call(at, [who, "POST", path], want, { body: { limit: 1 } });
    if (want.status === 200) same("one row", (body as { rows: unknown[] }).rows.length, 1);
  }),
  redeem: spec(
    fc.record({
      who: anybody,
      ref: anyGrant,
      right: fc.nat({ max: 3 }).map((each) => each > 0),
      key: fc.constantFrom(undefined, "r1", "r2"),
    }),
    async (at, args) => {
      const grant = held(at, args.ref, (each) => isAction(each) && each.permit !== undefined);
      const who = whoFor(args.who, "mail-gateway");
      const want = wantOfRedeeming(at, { ...args, who }, grant);
      const parameters = args.right && grant ? parametersOf(grant) : { ...oneMail.parameters, recipients: 2 };
      const body = { permit: grant?.permit ?? "a.b.c", parameters };
      const headers = args.key ? { "idempotency-key": args.key } : {};
      await call(at, [who, "POST", `/actions/${idOf(args.ref, grant)}/redeem`], want, { body, headers });
      if (want.status === 200 && grant) grant.redeemed ??= { key: args.key };
    },
  ),
  outcome: spec(
    fc.record({ who: anybody, ref: anyGrant, result: fc.constantFrom("done", "failed", "unknown") }),
    async (at, { ref, result, ...args }) => {
      const { model } = at;
      const grant = held(at, ref, ({ redeemed }) => redeemed !== undefined);
      const who = whoFor(args.who, "mail-gateway");
      const wanted = (of: Held | undefined): Want => {
        if (!of || !isAction(of)) return no("not_found");
        if (model.kindOf(who) === "agent") return no(model.owns(who, of) ? "wrong_audience" : "not_found");
        if (!of.redeemed) return no("wrong_state");
        return [undefined, "unknown", result].includes(of.outcome) ? ok() : no("wrong_state");
      };
      const want = gate(at, who, "agent", "performer") ?? wanted(grant);
      await call(at, [who, "POST", `/actions/${idOf(ref, grant)}/outcome`], want, { body: { result } });
      if (want.status === 200 && grant) grant.outcome = result;
    },
  ),
};

const parametersOf = ({ template }: Held): unknown =>
  (TEMPLATES[template].body as { parameters?: unknown }).parameters ?? {};
