import { describe, expect, it } from "vitest";
import { accessRoleOf, copiesOf, roleArnOf } from "../../../functions/core/access-role.ts";
import { routine } from "../../fakes/asks.ts";
import { asked, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const OTHER = "210987654321";
const at = useWorld((bundle) => {
  bundle.catalogue.accessRoles = [
    { id: "training-data", copies: 3 },
    { id: "staging-data", account: OTHER, copies: 2 },
  ];
});
const roleOf = (id: string) => at.world.grant(id).resource.role;
const COPIES = [1, 2, 3].map((copy) => `latchkey-access-training-data${copy === 1 ? "" : `.${copy}`}`);

describe("copies of an access role", () => {
  it("share the grants: each is pinned, when asked, to the least loaded", async () => {
    const ids = [];
    for (let count = 0; count < 6; count += 1) ids.push(await routineGrant(at.world, { windowSeconds: 600 }));
    const roles = ids.map(roleOf);
    for (const copy of COPIES) expect(roles.filter((role) => role === copy)).toHaveLength(2);
  });

  it("count denied grants as well: their entries fill the list", async () => {
    const first = await routineGrant(at.world, { windowSeconds: 600 });
    await at.world.agent("finetune-pipeline").release(first);
    const others = [await routineGrant(at.world), await routineGrant(at.world)].map(roleOf);
    expect([roleOf(first), ...others].sort()).toEqual(COPIES);
  });

  it("keep their grants: the session, the denial and its proof are on the copy that was chosen, and on no other (I-26)", async () => {
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await routineGrant(at.world, { windowSeconds: 600 }));
    const [id = "", ...rest] = ids;
    await at.world.agent("finetune-pipeline").release(id);
    await at.world.revokeAll();
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
    expect([...at.world.iam.documents.keys()]).toEqual([roleOf(id)]);
    for (const other of rest) expect(at.world.status(other)).toBe("ACTIVE");
    const issued = at.world.sts.issued.map(({ roleArn }) => roleArn.split("/")[1]).sort();
    expect(issued).toEqual(COPIES);
  });
});

describe("roles of one name in two accounts", () => {
  it("are never taken for each other: keys, queue groups, IAM calls, probes", async () => {
    const id = await asked(at.world, "rag-indexer", {
      ...routine,
      resource: "eval-sets",
      windowSeconds: 600,
    });
    const role = roleOf(id);
    expect(role).toMatch(new RegExp(`^${OTHER}/latchkey-access-staging-data`));
    const here = role.replace(`${OTHER}/`, "");
    await at.world.agent("rag-indexer").release(id);
    expect(at.world.queue.messages.map((message) => message.role)).toEqual([role]);
    const partitions = at.world.fake.items().map(({ pk }) => String(pk));
    expect(partitions).toContain(`ROLE#${role}`);
    expect(partitions).not.toContain(`ROLE#${here}`);
    await at.world.revokeAll();
    expect([...at.world.iam.documents.keys()]).toEqual([role]);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
    const arns = new Set(at.world.probes.orders.map(({ roleArn }) => roleArn));
    expect([...arns]).toEqual([`arn:aws:iam::${OTHER}:role/${here}`]);
    expect(at.world.sts.issued.map(({ roleArn }) => roleArn)).toEqual([...arns]);
  });

  it("have references that say which is which", () => {
    const place = { partition: "aws", accountId: "123456789012" };
    const { catalogue } = at.world.policy;
    const refs = ["training-data", "staging-data", "production-data"].flatMap((id) =>
      copiesOf(catalogue, id),
    );
    const arns = refs.map((ref) => roleArnOf(ref, place));
    expect(new Set(arns).size).toBe(3 + 2 + 1);
    expect(new Set(refs.map(accessRoleOf)).size).toBe(3);
    expect(arns.filter((arn) => arn.includes(OTHER))).toHaveLength(2);
  });

  it("in another account are looked at through its revoker: sweep reads none of their IAM, and orders each in its turn", async () => {
    const asked: string[] = [];
    at.world.iam.before = (_, role) => asked.push(role);
    for (let minute = 0; minute < 5; minute += 1) {
      at.world.tick(60_000);
      await at.world.sweep();
    }
    expect(asked.some((role) => role.includes("staging-data"))).toBe(false);
    const ordered = at.world.queue.messages.map(({ role }) => role).filter((role) => role.startsWith(OTHER));
    expect(ordered.sort()).toEqual(copiesOf(at.world.policy.catalogue, "staging-data"));
    at.world.iam.before = undefined;
    await at.world.revokeAll();
    expect(at.world.iam.puts).toEqual([]);
  });
});
