import { beforeEach, describe, expect, it } from "vitest";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { timedOut } from "../../fakes/faults.ts";
import { edit } from "../../fakes/policy.ts";
import { movesTo, orphanedAttempt, pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LONG = { windowSeconds: 1800 };
const changes = () => at.world.events("policy.changed");
const without =
  (list: "agents" | "resources" | "people", id: string) =>
  ({ catalogue }: PolicyBundle): void => {
    Object.assign(catalogue, { [list]: catalogue[list].filter((each) => each.id !== id) });
  };
const harmless = (bundle: PolicyBundle): void => {
  edit(bundle.catalogue.agents, "rag-indexer", (agent) => {
    agent.name = "Indexer of documents";
  });
};

/** Claims of the support assistant, approved by priya: live, and resting on her. */
async function sensitiveGrant(): Promise<string> {
  const id = await pendingGrant(at.world);
  await at.world.decide("priya", "approve");
  expect(at.world.status(id)).toBe("ACTIVE");
  return id;
}

describe("sweep, after a policy deploy", () => {
  beforeEach(() => at.world.sweep());

  it("says so once, with both versions; the first policy ever is no change", async () => {
    const before = at.world.policy.bundle.version;
    expect(changes()).toEqual([]);
    at.world.deploy(harmless);
    await at.world.sweep();
    await at.world.sweep();
    expect(changes()).toMatchObject([
      {
        actor: { type: "broker", id: "sweep" },
        facts: { policyVersion: at.world.policy.bundle.version, reason: `was ${before}` },
      },
    ]);
    at.world.deploy();
    await at.world.sweep();
    expect(changes()).toHaveLength(2);
  });
  it("leaves live grants alone that it would let be minted", async () => {
    const [one, two] = [await routineGrant(at.world, LONG), await sensitiveGrant()];
    at.world.deploy(harmless);
    await at.world.sweep();
    expect([one, two].map(at.world.status)).toEqual(["ACTIVE", "ACTIVE"]);
    expect(at.world.queue.messages).toEqual([]);
  });
  it("leaves live grants alone that a rule on trial would forbid, until that rule is in force", async () => {
    const forbids = (shadow: { shadow?: true }) => (bundle: PolicyBundle) => {
      const text = "forbid (principal, action, resource);";
      bundle.rules.push({ id: "no-more", reason: "to see", effect: "forbid", text, ...shadow });
    };
    const id = await routineGrant(at.world, LONG);
    at.world.deploy(forbids({ shadow: true }));
    await at.world.sweep();
    expect(at.world.status(id)).toBe("ACTIVE");
    at.world.deploy(forbids({}));
    await at.world.sweep();
    expect(at.world.status(id)).toBe("REVOKING");
  });
  it.each<[string, (bundle: PolicyBundle) => void]>([
    ["its agent", without("agents", "support-assistant")],
    ["its resource", without("resources", "claims")],
    ["who approved it", without("people", "priya")],
    [
      "its approver's group",
      (bundle) =>
        edit(bundle.catalogue.people, "priya", (person) => {
          person.groups = ["compliance"];
        }),
    ],
    [
      "its access role",
      (bundle) =>
        edit(bundle.catalogue.resources, "claims", (resource) => {
          resource.accessRole = "training-data";
        }),
    ],
    [
      "the rules that let it pass",
      (bundle) => {
        bundle.rules = bundle.rules.filter(({ effect, breakGlass }) => effect !== "permit" || breakGlass);
      },
    ],
  ])("stops a live grant when %s is gone, and no other (I-33)", async (_, change) => {
    const id = await sensitiveGrant();
    at.world.deploy(change);
    await at.world.sweep();
    expect(at.world.grant(id)).toMatchObject({
      status: "REVOKING",
      closing: { code: "policy_changed", by: "sweep" },
    });
    const { role } = at.world.grant(id).resource;
    await at.world.revokeAll();
    expect(at.world.iam.denies(role, id)).toBe(true);
  });
  it("stops what is being minted too, and only what rests on what is gone (I-33)", async () => {
    const minting = await orphanedAttempt(at.world, LONG);
    at.world.workflow.paused = false;
    const other = await sensitiveGrant();
    at.world.deploy(without("agents", "finetune-pipeline"));
    await at.world.sweep();
    expect([minting, other].map(at.world.status)).toEqual(["REVOKING", "ACTIVE"]);
  });
  it("finds grants on a role that no resource has any more", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.deploy(({ catalogue }) => {
      catalogue.resources = catalogue.resources.filter(({ accessRole }) => accessRole !== "training-data");
    });
    await at.world.sweep();
    expect(at.world.status(id)).toBe("REVOKING");
  });
  it("looks at all again in the next minute while one could not be looked at, and says that it failed", async () => {
    const [one, two] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    at.world.deploy(without("agents", "finetune-pipeline"));
    at.world.fake.before = (command) => {
      if (movesTo("REVOKING")(command) && JSON.stringify(command.input).includes(one))
        throw timedOut("DynamoDB");
    };
    expect(await at.world.sweep()).toMatchObject({ failed: 1 });
    expect([one, two].map(at.world.status)).toEqual(["ACTIVE", "REVOKING"]);
    at.world.fake.before = undefined;
    expect(await at.world.sweep()).toMatchObject({ failed: 0 });
    expect(at.world.status(one)).toBe("REVOKING");
    expect(changes()).toHaveLength(1);
  });
  it("when two runs notice at once, says so once", async () => {
    at.world.deploy(harmless);
    await Promise.all([at.world.sweep(), at.world.sweep()]);
    expect(changes()).toHaveLength(1);
  });
  it("costs two reads, beside those of every minute, and no write once all was looked at", async () => {
    await routineGrant(at.world, LONG);
    at.world.deploy(harmless);
    await at.world.sweep();
    const { reads, writes } = at.world.fake.counts;
    await at.world.sweep();
    const roles = new Set(at.world.policy.catalogue.resources.map(({ accessRole }) => accessRole)).size;
    const groups = Object.keys(at.world.policy.catalogue.groups).length;
    expect(at.world.fake.counts).toEqual({ reads: reads + 12 + 3 * roles + groups, writes });
  });
});
