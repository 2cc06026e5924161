import assert from "node:assert/strict";
import { fromItem } from "../../functions/aws/table/grants.ts";
import { keys } from "../../functions/aws/table/keys.ts";
import { roleArnOf } from "../../functions/core/access-role.ts";
import { checkChain } from "../../functions/core/audit/chain.ts";
import type { AuditEvent } from "../../functions/core/audit/event.ts";
import { givenBy, givesSession } from "../../functions/core/grant/gives.ts";
import type { Grant } from "../../functions/core/grant/grant.ts";
import { edges, isTerminal, NOTHING, transitions } from "../../functions/core/grant/transitions.ts";
import { BROKER } from "./iam.ts";
import type { World } from "./world.ts";

const eventsOf = (world: World, id: string, prefix: string) =>
  world.fake
    .items()
    .filter(({ pk, sk }) => pk === keys.grant(id).pk && String(sk).startsWith(prefix))
    .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
    .map(({ body, hash }) => ({ body: String(body), hash: String(hash) }));

/** The chain is whole and its head is the grant's; the history is a path of the transition table (I-41, I-47, I-48). */
function checkHistory(world: World, grant: Grant): void {
  const chain = eventsOf(world, grant.id, "EVENT#");
  assert.equal(checkChain(grant.id, chain), undefined, `I-48: chain of ${grant.id}`);
  const head = { sequence: chain.length, hash: chain.at(-1)?.hash };
  assert.deepEqual(grant.chain, head, `I-48: head of ${grant.id}`);
  assert.equal(grant.version, chain.length, `I-47: version of ${grant.id}`);
  let from: string = NOTHING;
  for (const { body } of chain) {
    const { type, facts } = JSON.parse(body) as AuditEvent;
    const edge = edges().find(
      (each) => each.from === from && each.to === facts.status && transitions[each.move].event === type,
    );
    assert.ok(edge, `I-41: ${type}: ${from} to ${facts.status}`);
    from = facts.status ?? "";
  }
  assert.equal(from, grant.status, `I-48: ${grant.id} is not where its chain is`);
}

const OUTCOMES = ["grant.activated", "grant.rotated", "grant.rotation_failed", "attempt.lost"];

/** Every attempt that another followed came to something that is on record: a session, a refusal, or that it is lost (I-46). */
function checkAttempts(world: World, { id }: Grant): void {
  const events = [...eventsOf(world, id, "EVENT#"), ...eventsOf(world, id, "NOTE#")].map(
    ({ body }) => JSON.parse(body) as AuditEvent,
  );
  const attemptsOf = (types: readonly string[]) =>
    events.filter(({ type }) => types.includes(type)).map(({ facts }) => facts.attempt ?? 0);
  const claimed = attemptsOf(["grant.attempt_claimed"]);
  const counted = claimed.map((_, index) => index + 1);
  assert.deepEqual(claimed, counted, `I-02: attempts of ${id}`);
  const followed = claimed.slice(0, -1);
  const known = attemptsOf(OUTCOMES);
  assert.equal(new Set(known).size, known.length, `I-47: one outcome an attempt of ${id}`);
  const without = followed.filter((attempt) => !known.includes(attempt));
  assert.deepEqual(without, [], `I-46: attempts of ${id} without outcome`);
}

/** What stands beside a grant agrees with its state: sealed credentials, the live entry, the deny entry. */
function checkBeside(world: World, grant: Grant): void {
  const { role } = grant.resource;
  const there = (key: { pk: string; sk: string }) => world.fake.item(key) !== undefined;
  const isAction = givenBy(grant) === "permit";
  const active = grant.status === "ACTIVE";
  assert.equal(there(keys.sealed(grant.id)), active && !isAction, "I-09: sealed exactly while ACTIVE");
  assert.equal(there(keys.permit(grant.id)), active && isAction, "I-17: a permit exactly while ACTIVE");
  const live = grant.status === "ACTIVE" || grant.status === "ACTIVATING";
  assert.equal(there(keys.live(role, grant.id)), live, "I-71: live entry exactly while a session may exist");
  if (grant.status === "REVOKING" && givesSession(grant) && world.now() < Date.parse(grant.endsAt))
    assert.ok(there(keys.deny(role, grant.id)), "I-25: denied in the same transaction");
  if (grant.status === "REVOKED" && grant.proof === "probed" && world.now() < Date.parse(grant.endsAt))
    assert.ok(world.iam.denies(role, grant.id), `I-24: REVOKED is in force for ${grant.id}`);
  const due = world.fake.item(keys.grant(grant.id))?.dueSk;
  assert.equal(due === undefined, isTerminal(grant.status), "I-42: looked at until it is over");
}

/** Every session belongs to one claimed attempt of one grant, and no undelivered session outlives its grant undenied (I-01, I-02). */
function checkSessions(world: World, grants: readonly Grant[]): void {
  const names = world.sts.issued.map(({ sessionName }) => sessionName);
  assert.equal(new Set(names).size, names.length, "I-02: one session an attempt");
  for (const { sessionName, policy, roleArn, at, sourceIdentity } of world.sts.issued) {
    const [lk, key, id = "", attempt] = sessionName.split(".");
    const grant = grants.find((each) => each.id === id);
    assert.deepEqual(grant && { lk, key, roleArn, sourceIdentity }, {
      lk: "lk",
      key: grant?.agent.key,
      roleArn: grant && roleArnOf(grant.resource.role, BROKER),
      sourceIdentity: grant?.agent.id,
    });
    assert.ok(policy.includes("aws:CurrentTime"), "I-23: a session that ends by itself");
    const seen = world.observed.find((each) => each.sessionName === sessionName);
    // Stopped between claim and mint: its deny is written, and the session is delivered to nobody.
    if (seen?.status !== "REVOKING") {
      assert.match(seen?.status ?? "", /^(ACTIVATING|ACTIVE)$/, "I-01: minted while claimed");
      assert.equal(seen?.attempt, Number(attempt), "I-02: minted by whoever claimed");
    }
    const claims = eventsOf(world, id, "EVENT#").map(({ body }) => JSON.parse(body) as AuditEvent);
    const claim = claims.find(
      ({ type, facts }) => type === "grant.attempt_claimed" && facts.attempt === Number(attempt),
    );
    assert.ok(Date.parse(claim?.time ?? "") <= at, "I-46: claimed before minted");
    const undenied = ["DENIED", "FAILED", "CANCELLED", "EXPIRED", "REJECTED"].includes(grant?.status ?? "");
    if (undenied && grant && "endsAt" in grant && grant.endsAt && "closedAt" in grant)
      assert.ok(
        Date.parse(grant.closedAt) >= Date.parse(grant.endsAt),
        `I-30: ${grant.status} with a session that nobody denies`,
      );
    else assert.equal(undenied, false, `I-30: ${grant?.status} with a session that nobody denies`);
  }
}

/** No secret anywhere but in the mail that is meant to carry it, and task tokens in their own item (I-09, I-52). */
function checkSecrets(world: World): void {
  for (const item of world.fake.items()) {
    const leak = world.secrets.in(
      JSON.stringify(item),
      (what) =>
        (what === "task token" && item.entity === "stage") || (what === "permit" && item.entity === "permit"),
    );
    assert.equal(leak, undefined, `I-09: secret in ${String(item.pk)} ${String(item.sk)}`);
  }
  for (const mail of world.mail.inbox) {
    const own = (_: string, value: string) => value === mail.token || value === mail.code;
    const told = world.secrets.in(JSON.stringify(mail), own);
    assert.equal(told, undefined, `I-09: secret in a mail to ${mail.to}`);
  }
  const elsewhere = [
    world.lines,
    world.iam.puts,
    world.probes.orders,
    world.probes.waiting,
    world.queue.messages,
    [...world.workflow.executions.values()],
  ];
  const isToken = (what: string) => what === "task token";
  const found = world.secrets.in(JSON.stringify(elsewhere), isToken);
  assert.equal(found, undefined, "I-09: secret in logs, policies or states");
}

const grantsOf = (world: World): Grant[] =>
  world.fake.items().flatMap((item) => (item.entity === "grant" ? [fromItem(item)] : []));

function checkTable(world: World, grants: readonly Grant[]): void {
  for (const grant of grants) {
    checkHistory(world, grant);
    checkAttempts(world, grant);
    checkBeside(world, grant);
  }
  const ids = world.fake.events.map(({ body }) => (JSON.parse(body) as AuditEvent).id);
  assert.equal(new Set(ids).size, ids.length, "I-47: each event once");
}

/** What must hold of every world at the end of every test, whatever was done to it. */
export function checkWorld(world: World): void {
  world.fake.before = undefined;
  world.fake.after = undefined;
  const grants = grantsOf(world);
  checkTable(world, grants);
  checkSessions(world, grants);
  checkSecrets(world);
}

/** What of it does not hold, for who looks at the sessions by themselves. */
export function checkGrants(world: World): string | undefined {
  try {
    checkTable(world, grantsOf(world));
    checkSecrets(world);
    return undefined;
  } catch (fault) {
    if (fault instanceof assert.AssertionError) return fault.message;
    throw fault;
  }
}
