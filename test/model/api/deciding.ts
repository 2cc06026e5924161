import fc from "fast-check";
import { type Held, type Model, PEOPLE, templateOf } from "./model.ts";
import {
  type At,
  anybody,
  anyGrant,
  anyKey,
  check,
  gate,
  held,
  idOf,
  learnPermit,
  look,
  no,
  ok,
  same,
  spec,
  type Want,
  whoFor,
} from "./step.ts";

const one = fc.record({ who: anybody, ref: anyGrant });
const isPending = ({ status }: Held) => status === "PENDING";

/** Somebody's word is taken: what becomes of the grant. */
async function decided(at: At, grant: Held, who: string, decision: string): Promise<void> {
  const { model, broker } = at;
  const stage = model.openStage(grant);
  if (!stage) throw new Error(`no stage of ${grant.id} is open`);
  grant.stages[stage.number - 1]?.by.push(who);
  if (decision === "reject") {
    Object.assign(grant, { status: "REJECTED", code: "rejected" });
    // A no is no approval: the page shows who said it, the plan who approved.
    grant.stages[stage.number - 1]?.by.pop();
  } else if (model.openStage(grant) === undefined) model.activate(grant, broker.now());
  await look(at, grant);
  if (templateOf(grant.template).gives === "permit") await learnPermit(at, grant);
}

const approverOf = (model: Model, grant: Held | undefined): string =>
  Object.keys(PEOPLE).find((who) => grant && model.mayDecide(who, grant)) ?? "priya";

/** What this person said before in that stage of a grant. */
const saidBefore = ({ stages }: Held, stage: number, who: string): boolean =>
  stages[stage - 1]?.by.includes(who) ?? false;

const targets = fc.constantFrom(
  ...["finetune-pipeline", "support-assistant"].map((id) => ({ type: "agent", id })),
  ...["claims", "send-mass-mail"].map((id) => ({ type: "resource", id })),
  { type: "role", id: "production-data" },
  { type: "everything" },
);

export const deciding = {
  decision: spec(
    fc.record({
      ...{ who: anybody, ref: anyGrant, decision: fc.constantFrom("approve", "approve", "reject") },
      wrong: fc.nat({ max: 7 }),
    }),
    async (at, { ref, decision, wrong, ...args }) => {
      const { model, broker } = at;
      const grant = held(at, ref, isPending);
      const who = whoFor(args.who, approverOf(model, grant));
      const open = grant && model.openStage(grant);
      const stage = (open?.number ?? 1) + (wrong === 0 ? 1 : 0);
      const digest = wrong === 1 || !grant ? `sha256:${"0".repeat(64)}` : grant.digest;
      const rejectedBy = grant?.status === "REJECTED";
      // What a rejected grant's last word was is not modelled: nobody repeats it here.
      if (rejectedBy && model.sees(who, grant)) return;
      const wanted = (of: Held): Want => {
        if (digest !== of.digest) return no("wrong_state");
        if (saidBefore(of, stage, who)) return decision === "approve" ? ok() : no("wrong_state");
        if (!open || open.number !== stage) return no("wrong_state");
        if (!model.mayDecide(who, of)) return no("not_your_role");
        return decision === "approve" && model.locked(of.template) ? no("locked_down") : ok();
      };
      const want = gate(at, who, "person") ?? (model.sees(who, grant) ? wanted(grant) : no("not_found"));
      const repeats = grant !== undefined && saidBefore(grant, stage, who);
      const body = { decision, stage, digest };
      const reply = await broker.call(who, "POST", `/grants/${idOf(ref, grant)}/decision`, { body });
      model.at(broker.now());
      check(`${who} says ${decision} to ${idOf(ref, grant)}`, reply, want);
      if (want.status === 200 && grant && !repeats) await decided(at, grant, who, decision);
    },
  ),
  resend: spec(one, async (at, { ref, ...args }) => {
    const { model, broker } = at;
    const grant = held(at, ref, isPending);
    const who = whoFor(args.who, approverOf(model, grant));
    const open = grant && model.openStage(grant);
    const wanted = (of: Held): Want => {
      if (!open) return no("wrong_state");
      const sendsAll = ["security", "compliance"].includes(PEOPLE[who] ?? "");
      return sendsAll || PEOPLE[who] === open.group || isOwner(at, of, who) ? ok(202) : no("not_your_role");
    };
    const want = gate(at, who, "person") ?? (model.sees(who, grant) ? wanted(grant) : no("not_found"));
    const reply = await broker.call(who, "POST", `/grants/${idOf(ref, grant)}/resend`);
    model.at(broker.now());
    check(`${who} has ${idOf(ref, grant)} mailed again`, reply, want);
  }),
  review: spec(one, async (at, { ref, ...args }) => {
    const { model, broker } = at;
    const grant = held(at, ref, ({ review }) => review !== undefined);
    const who = whoFor(args.who, "samira");
    const wanted = (of: Held): Want => {
      if (!model.reviews(who, of)) return no("not_your_role");
      return of.review === undefined ? no("wrong_state") : ok();
    };
    const want = gate(at, who, "person") ?? (model.sees(who, grant) ? wanted(grant) : no("not_found"));
    const body = { comment: "looked at it" };
    const reply = await broker.call(who, "POST", `/grants/${idOf(ref, grant)}/review`, { body });
    model.at(broker.now());
    check(`${who} reviews ${idOf(ref, grant)}`, reply, want);
    if (want.status === 200 && grant) grant.review = "closed";
  }),
  revoke: spec(one, async (at, { ref, ...args }) => {
    const { model, broker } = at;
    const grant = held(at, ref, (each) => !model.isTerminal(each));
    const who = whoFor(args.who, "samira");
    const isStopped = ({ status, code }: Held) =>
      status === "REVOKING" || status === "REVOKED" || code === "revoked";
    const wanted = (of: Held): Want => {
      if (!model.revokes(who, of)) return no("not_your_role");
      return model.isTerminal(of) && !isStopped(of) ? no("wrong_state") : ok();
    };
    const want = gate(at, who, "person") ?? (model.sees(who, grant) ? wanted(grant) : no("not_found"));
    const body = { reason: "it looks wrong" };
    const reply = await broker.call(who, "POST", `/grants/${idOf(ref, grant)}/revoke`, { body });
    model.at(broker.now());
    check(`${who} revokes ${idOf(ref, grant)}`, reply, want);
    if (want.status !== 200) return;
    for (let next = grant; next; next = next.extendedBy ? model.grant(next.extendedBy) : undefined) {
      model.stop(next, "revoked", "CANCELLED");
      await look(at, next);
    }
  }),
  setLockdown: spec(
    fc.record({ who: anybody, target: targets, key: anyKey }),
    async (at, { target, key, ...args }) => {
      const { model, broker, run } = at;
      if (!model.alone && target.type !== "agent") return;
      const who = whoFor(args.who, "samira");
      const name = `${who} ${key}`;
      const text = JSON.stringify(target);
      const used = key === undefined ? undefined : model.keys.get(name);
      const standing = model.lockdowns.find((each) => !each.lifted && JSON.stringify(each.target) === text);
      const wanted = (): Want => {
        if (PEOPLE[who] !== "security") return no("not_your_role");
        if (used && used.body !== text) return no("idempotency_conflict");
        if (used && model.lockdowns.find(({ id }) => id === used.id)?.lifted) return no("wrong_state");
        return ok(standing ? 200 : 201);
      };
      const want = gate(at, who, "person") ?? wanted();
      const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": `${run}-${key}` };
      const body = { target, reason: "an incident" };
      const reply = await broker.call(who, "POST", "/lockdowns", { body, headers });
      model.at(broker.now());
      check(`${who} locks ${text} down`, reply, want);
      if (want.status >= 300) return;
      const { id, complete } = reply.body as { id: string; complete: boolean };
      same("all that was live is ended", complete, true);
      if (key !== undefined) model.keys.set(name, { body: text, id });
      if (standing) return same("the one that stands", id, standing.id);
      model.lockDown({ id, by: who, target, lifted: false });
      for (const grant of model.grants) await look(at, grant);
    },
  ),
  listLockdowns: spec(anybody, async (at, anyone) => {
    const { model, broker } = at;
    const who = whoFor(anyone, "noor");
    const want = gate(at, who, "person") ?? (PEOPLE[who] === "security" ? ok() : no("not_your_role"));
    const reply = await broker.call(who, "GET", "/lockdowns");
    check(`${who} lists lockdowns`, reply, want);
    if (want.status !== 200 || !model.alone) return;
    const { lockdowns } = reply.body as { lockdowns: { id: string }[] };
    const stand = model.lockdowns.filter(({ lifted }) => !lifted).map(({ id }) => id);
    same("lockdowns", lockdowns.map(({ id }) => id).sort(), stand.sort());
  }),
  liftLockdown: spec(fc.record({ who: anybody, back: fc.nat({ max: 3 }) }), async (at, { back, ...args }) => {
    const { model, broker } = at;
    const standing = model.lockdowns.at(-1 - (back % Math.max(1, model.lockdowns.length)));
    const who = whoFor(args.who, standing?.by === "noor" ? "samira" : "noor");
    const wanted = (): Want => {
      if (PEOPLE[who] !== "security") return no("not_your_role");
      if (!standing) return no("not_found");
      return !standing.lifted && standing.by === who ? no("not_your_role") : ok();
    };
    const want = gate(at, who, "person") ?? wanted();
    const path = `/lockdowns/${standing?.id ?? "zzzzzzzzzzzzzzzz"}`;
    const reply = await broker.call(who, "DELETE", path, { query: { reason: "it is over" } });
    model.at(broker.now());
    check(`${who} lifts ${path}`, reply, want);
    if (want.status === 200 && standing) standing.lifted = true;
  }),
};

const isOwner = ({ model }: At, grant: Held, who: string): boolean =>
  who === "maya" && model.agentOf(grant) === "finetune-pipeline";

/** A mail's link, of what was sent so far; or one that nobody was sent. */
const link = fc.option(fc.nat({ max: 5 }), { nil: undefined, freq: 6 });

async function invitationOf({ broker, model }: At, back: number | undefined) {
  const sent = await broker.invitations(model.grants.map(({ id }) => id));
  return back === undefined || sent.length === 0 ? undefined : sent.at(-1 - (back % sent.length));
}

/** What a link opens: `decidable`, or `closed` for its holder, or nothing at all. */
function opens({ model }: At, sent: { to: string; grant: string } | undefined): [string, Held | undefined] {
  const grant = sent && model.grant(sent.grant);
  if (!grant || !sent) return ["unknown", undefined];
  return [model.mayDecide(sent.to, grant) ? "decidable" : "closed", grant];
}

const NONE = "x".repeat(43);
export const byLink = {
  approvalPage: spec(fc.record({ back: link }), async (at, { back }) => {
    const sent = await invitationOf(at, back);
    const [is] = opens(at, sent);
    const status = await at.broker.page(sent?.token ?? NONE);
    same(
      `page of ${sent?.to} about ${sent?.grant}`,
      status,
      { decidable: 200, closed: 410, unknown: 404 }[is],
    );
  }),
  decide: spec(
    fc.record({
      back: link,
      decision: fc.constantFrom("approve", "approve", "reject"),
      code: fc.constantFrom("right", "right", "right", "wrong", "malformed"),
    }),
    async (at, { back, decision, code }) => {
      const { model, broker } = at;
      const sent = await invitationOf(at, back);
      const [is, grant] = opens(at, sent);
      const token = sent?.token ?? NONE;
      const tries = model.wrongCodes.get(token) ?? { count: 0, at: 0 };
      const slow = tries.count >= 5 && broker.now() < tries.at + 30_000;
      const counts = code === "wrong" || (code === "right" && tries.count > 0);
      const wanted = (): number => {
        if (is !== "decidable" || !grant) return is === "closed" ? 409 : 404;
        if (code === "malformed") return 400;
        if (slow) return 429;
        if (code === "wrong") return 403;
        return decision === "approve" && model.locked(grant.template) ? 403 : 200;
      };
      const want = wanted();
      if (is === "decidable" && counts && !slow)
        model.wrongCodes.set(token, { count: tries.count + 1, at: broker.now() });
      const said = { right: sent?.code ?? "", wrong: "aaaaaaaa", malformed: "no" }[code];
      const status = await broker.submit(token, { decision, code: said });
      model.at(broker.now());
      same(`${sent?.to} says ${decision} by link to ${sent?.grant}`, status, want);
      if (want === 200 && sent && grant) await decided(at, grant, sent.to, decision);
    },
  ),
};
