import { expect } from "vitest";
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
  expect(checkChain(grant.id, chain), `chain of ${grant.id}`).toBeUndefined();
  expect(grant.chain).toEqual({ sequence: chain.length, hash: chain.at(-1)?.hash });
  expect(grant.version).toBe(chain.length);
  let from: string = NOTHING;
  for (const { body } of chain) {
    const { type, facts } = JSON.parse(body) as AuditEvent;
    const edge = edges().find(
      (each) => each.from === from && each.to === facts.status && transitions[each.move].event === type,
    );
    expect(edge, `${type}: ${from} to ${facts.status}`).toBeDefined();
    from = facts.status ?? "";
  }
  expect(from).toBe(grant.status);
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
  expect(claimed, `attempts of ${id}`).toEqual(claimed.map((_, index) => index + 1));
  const followed = claimed.slice(0, -1);
  const known = attemptsOf(OUTCOMES);
  expect(new Set(known).size, `one outcome an attempt of ${id}`).toBe(known.length);
  expect(
    followed.filter((attempt) => !known.includes(attempt)),
    `attempts of ${id} without outcome`,
  ).toEqual([]);
}

/** What stands beside a grant agrees with its state: sealed credentials, the live entry, the deny entry. */
function checkBeside(world: World, grant: Grant): void {
  const { role } = grant.resource;
  const there = (key: { pk: string; sk: string }) => world.fake.item(key) !== undefined;
  const isAction = givenBy(grant) === "permit";
  const active = grant.status === "ACTIVE";
  expect(there(keys.sealed(grant.id)), "sealed exactly while ACTIVE").toBe(active && !isAction);
  expect(there(keys.permit(grant.id)), "a permit exactly while ACTIVE").toBe(active && isAction);
  const live = grant.status === "ACTIVE" || grant.status === "ACTIVATING";
  expect(there(keys.live(role, grant.id)), "live entry exactly while a session may exist").toBe(live);
  if (grant.status === "REVOKING" && givesSession(grant) && world.now() < Date.parse(grant.endsAt))
    expect(there(keys.deny(role, grant.id)), "denied in the same transaction").toBe(true);
  if (grant.status === "REVOKED" && grant.proof === "probed" && world.now() < Date.parse(grant.endsAt))
    expect(world.iam.denies(role, grant.id), `REVOKED is in force for ${grant.id}`).toBe(true);
  const due = world.fake.item(keys.grant(grant.id))?.dueSk;
  expect(due === undefined, "looked at until it is over").toBe(isTerminal(grant.status));
}

/** Every session belongs to one claimed attempt of one grant, and no undelivered session outlives its grant undenied (I-01, I-02). */
function checkSessions(world: World, grants: readonly Grant[]): void {
  const names = world.sts.issued.map(({ sessionName }) => sessionName);
  expect(new Set(names).size, "one session an attempt").toBe(names.length);
  for (const { sessionName, policy, roleArn, at, sourceIdentity } of world.sts.issued) {
    const [lk, key, id = "", attempt] = sessionName.split(".");
    const grant = grants.find((each) => each.id === id);
    expect(grant && { lk, key, roleArn, sourceIdentity }).toEqual({
      lk: "lk",
      key: grant?.agent.key,
      roleArn: grant && roleArnOf(grant.resource.role, BROKER),
      sourceIdentity: grant?.agent.id,
    });
    expect(policy).toContain("aws:CurrentTime");
    const seen = world.observed.find((each) => each.sessionName === sessionName);
    // Stopped between claim and mint: its deny is written, and the session is delivered to nobody.
    if (seen?.status !== "REVOKING")
      expect(seen).toMatchObject({
        status: expect.stringMatching(/^(ACTIVATING|ACTIVE)$/),
        attempt: Number(attempt),
      });
    const claims = eventsOf(world, id, "EVENT#").map(({ body }) => JSON.parse(body) as AuditEvent);
    const claim = claims.find(
      ({ type, facts }) => type === "grant.attempt_claimed" && facts.attempt === Number(attempt),
    );
    expect(Date.parse(claim?.time ?? ""), "claimed before minted").toBeLessThanOrEqual(at);
    const undenied = ["DENIED", "FAILED", "CANCELLED", "EXPIRED", "REJECTED"].includes(grant?.status ?? "");
    if (undenied && grant && "endsAt" in grant && grant.endsAt && "closedAt" in grant)
      expect(
        Date.parse(grant.closedAt) >= Date.parse(grant.endsAt),
        `${grant.status} with a session that nobody denies`,
      ).toBe(true);
    else expect(undenied).toBe(false);
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
    expect(leak, `secret in ${String(item.pk)} ${String(item.sk)}`).toBeUndefined();
  }
  for (const mail of world.mail.inbox) {
    const own = (_: string, value: string) => value === mail.token || value === mail.code;
    expect(world.secrets.in(JSON.stringify(mail), own), `secret in a mail to ${mail.to}`).toBeUndefined();
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
  expect(
    world.secrets.in(JSON.stringify(elsewhere), isToken),
    "secret in logs, policies or states",
  ).toBeUndefined();
}

/** What must hold of every world at the end of every test, whatever was done to it. */
export function checkWorld(world: World): void {
  world.fake.before = undefined;
  world.fake.after = undefined;
  const grants = world.fake.items().flatMap((item) => (item.entity === "grant" ? [fromItem(item)] : []));
  for (const grant of grants) {
    checkHistory(world, grant);
    checkAttempts(world, grant);
    checkBeside(world, grant);
  }
  const ids = world.fake.events.map(({ body }) => (JSON.parse(body) as AuditEvent).id);
  expect(new Set(ids).size, "each event once").toBe(ids.length);
  checkSessions(world, grants);
  checkSecrets(world);
}
