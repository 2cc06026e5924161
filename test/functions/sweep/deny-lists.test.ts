import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import type { RoleState } from "../../../functions/core/role-state.ts";
import { timedOut } from "../../fakes/faults.ts";
import { routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const ROLE = "latchkey-access-training-data";
const revoked = async () => {
  const id = await routineGrant(at.world, { windowSeconds: 3_600 });
  await at.world.agent("finetune-pipeline").release(id);
  await at.world.revokeAll();
  expect(at.world.status(id)).toBe("REVOKED");
  return id;
};
/** A minute: the sweeper, and then what it ordered. */
async function minute(): Promise<void> {
  await at.world.advance(60_000);
  await at.world.sweep();
  await at.world.writeDenials();
}
const lines = (code: string) =>
  at.world.lines.filter((line) => line.code === code).map(({ fields }) => fields);
const ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

describe("IAM held against the table", () => {
  it.each([
    ["is removed", undefined],
    ["is emptied", '{"Version":"2012-10-17","Statement":[]}'],
    ["becomes an Allow", ALLOW],
    [
      "denies somebody else",
      '{"Version":"2012-10-17","Statement":[{"Sid":"Render9","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:userid":["*.aaaaaaaaaaaaaaaa.*"]}}}]}',
    ],
  ])(
    "a deny list that %s is back within two minutes, and somebody is told (I-30, I-37)",
    async (_, document) => {
      const id = await revoked();
      at.world.iam.edit(ROLE, document);
      expect(at.world.iam.denies(ROLE, id)).toBe(false);
      await minute();
      await minute();
      expect(at.world.iam.denies(ROLE, id)).toBe(true);
      expect(lines("deny.drifted")).toEqual([expect.objectContaining({ role: ROLE, grants: 1 })]);
      await minute();
      expect(lines("deny.drifted")).toHaveLength(1);
    },
  );

  it("proves anew what was being proven when it was lost: nothing of before counts (I-24)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 3_600 });
    await at.world.agent("finetune-pipeline").release(id);
    await at.world.writeDenials();
    at.world.tick(6_000);
    await at.world.prove();
    at.world.iam.edit(ROLE, undefined);
    await at.world.sweep();
    await at.world.writeDenials();
    const back = at.world.now();
    const stale = at.world.probes.waiting.filter(({ message }) => message.round > 1);
    expect(stale).toHaveLength(1);
    for (let second = 0; second < 30 && at.world.status(id) !== "REVOKED"; second += 1) {
      at.world.tick(1_000);
      await at.world.prove();
    }
    expect(at.world.status(id)).toBe("REVOKED");
    expect(at.world.now() - back).toBeGreaterThanOrEqual(15_000);
  });

  it("an inline policy on a role on which nothing is denied is found in its turn, within five minutes (I-37)", async () => {
    at.world.iam.edit(ROLE, ALLOW);
    for (let count = 0; count < 5; count += 1) await minute();
    expect(at.world.iam.documents.has(ROLE)).toBe(false);
    expect(lines("deny.drifted")).toEqual([expect.objectContaining({ role: ROLE, foreign: true })]);
  });

  it("standing lockdowns are in every role's list that they concern, and come back when they are lost (I-71)", async () => {
    const agent = at.world.policy.catalogue.agents.find(({ id }) => id === "rag-indexer");
    const set = (id: string, target: object) =>
      at.world.fake.plant({
        ...keys.lockdown(id),
        ...{ entity: "lockdown", id, target, reason: "r", by: "samira", at: "2026-11-21T09:00:00Z" },
      });
    set("aaaaaaaaaaaaaaa7", { type: "agent", id: "rag-indexer" });
    set("aaaaaaaaaaaaaab7", { type: "role", id: "staging-data" });
    set("aaaaaaaaaaaaaac7", { type: "agent", id: "nobody-any-more" });
    set("aaaaaaaaaaaaaad7", { type: "resource", id: "claims" });
    await minute();
    const roles = new Set(at.world.policy.catalogue.resources.map(({ accessRole }) => accessRole));
    const grant = "aaaaaaaaaaaaaaaa";
    const denies = (role: string, key: string) =>
      at.world.iam.denies(`latchkey-access-${role}`, grant, { key });
    for (let times = 0; times < 2; times += 1) {
      for (const role of roles) {
        expect(denies(role, agent?.key ?? ""), role).toBe(true);
        expect(denies(role, "another"), role).toBe(role === "staging-data");
      }
      for (const role of roles) at.world.iam.edit(`latchkey-access-${role}`, undefined);
      await minute();
    }
    for (const { sk } of at.world.fake.items().filter(({ entity }) => entity === "lockdown"))
      at.world.fake.drop({ pk: "LOCKDOWN", sk: String(sk) });
    for (let count = 0; count < 5; count += 1) await minute();
    expect([...at.world.iam.documents.keys()]).toEqual([]);
  });

  it.each([
    ["trust", { trust: '{"Version":"2012-10-17","Statement":[]}' }, "trust"],
    ["trust, to somebody more", { trust: "more" }, "trust"],
    ["boundary", { boundary: undefined }, "boundary"],
    ["boundary, for another one", { boundary: "arn:aws:iam::aws:policy/AdministratorAccess" }, "boundary"],
    ["inline policies", { inline: ["latchkey-deny", "mine"] }, "inline mine"],
    [
      "managed policies",
      { attached: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      "attached arn:aws:iam::aws:policy/AdministratorAccess, permissions",
    ],
  ] as [string, Partial<RoleState>, string][])(
    "a role whose %s was edited wakes somebody within five minutes (I-37)",
    async (_, edit, named) => {
      const { trust } = (await at.world.iam.accessRoles.state(ROLE)) ?? { trust: "" };
      const more = trust.replace(
        '"Statement":[',
        '"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}},',
      );
      at.world.iam.edits.set(ROLE, edit.trust === "more" ? { trust: more } : edit);
      for (let count = 0; count < 5; count += 1) await minute();
      expect(lines("role.edited")).toEqual([{ role: ROLE, edits: named }]);
    },
  );

  it("a role that is gone wakes somebody; roles as they were deployed, in whatever form IAM shows them, do not", async () => {
    const { trust } = (await at.world.iam.accessRoles.state(ROLE)) ?? { trust: "" };
    const { Statement } = JSON.parse(trust) as {
      Statement: { Action: string; Principal: { AWS: string } }[];
    };
    const otherwise = Statement.reverse().map((each, index) => ({
      ...each,
      Sid: `S${index}`,
      Action: [each.Action],
      Principal: { AWS: [each.Principal.AWS] },
    }));
    at.world.iam.edits.set(ROLE, { trust: JSON.stringify({ Version: "2012-10-17", Statement: otherwise }) });
    at.world.iam.edits.set("latchkey-access-staging-data", "deleted");
    for (let count = 0; count < 5; count += 1) await minute();
    expect(lines("role.edited")).toEqual([{ role: "latchkey-access-staging-data", edits: "missing" }]);
  });

  it("orders nothing while all is as it should be", async () => {
    await revoked();
    at.world.queue.messages.length = 0;
    const { length } = at.world.iam.puts;
    for (let count = 0; count < 10; count += 1) await minute();
    expect(at.world.iam.puts).toHaveLength(length);
    expect(lines("deny.drifted")).toEqual([]);
  });

  it("a role that cannot be read keeps no other waiting", async () => {
    const id = await revoked();
    at.world.iam.edit(ROLE, undefined);
    at.world.iam.before = (_, role) => {
      if (role !== ROLE) throw timedOut("IAM");
    };
    for (let count = 0; count < 5; count += 1) await minute();
    expect(at.world.iam.denies(ROLE, id)).toBe(true);
    expect(lines("sweep.failed").length).toBeGreaterThan(0);
  });
});
