import { describe, expect, it } from "vitest";
import { type Edit, edit } from "../../fakes/policy.ts";
import { approvedGrant, orphanedAttempt, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const resource =
  (
    change: (entry: {
      arn: string;
      accessRole: string;
      maxWindowSeconds: number;
      tags: string[];
      environment: string;
    }) => void,
  ): Edit =>
  (bundle) =>
    edit(bundle.catalogue.resources, "support-conversations", change);

const deploys: [string, Edit, string][] = [
  [
    "the resource is gone",
    (bundle) => {
      bundle.catalogue.resources = bundle.catalogue.resources.filter(
        ({ id }) => id !== "support-conversations",
      );
    },
    "no longer in the catalogue",
  ],
  [
    "the agent is gone",
    (bundle) => {
      bundle.catalogue.agents = bundle.catalogue.agents.filter(({ id }) => id !== "finetune-pipeline");
    },
    "no longer in the catalogue",
  ],
  [
    "the resource is somewhere else, so the digest differs (I-03, I-19)",
    resource((entry) => {
      entry.arn = "arn:aws:s3:::another-bucket/support/*";
    }),
    "compiles to",
  ],
  [
    "its access role is another",
    resource((entry) => {
      entry.accessRole = "staging-data";
    }),
    "access role",
  ],
  [
    "its longest window is shorter",
    resource((entry) => {
      entry.maxWindowSeconds = 60;
    }),
    "longest window",
  ],
  [
    "it holds personal data now: people must say yes",
    resource((entry) => {
      entry.tags = ["pii"];
    }),
    "personal-data-needs-privacy",
  ],
  [
    "it is in another environment now",
    resource((entry) => {
      entry.environment = "production";
    }),
    "environments-do-not-cross",
  ],
  [
    "the rule that allowed it is gone",
    (bundle) => {
      bundle.rules = bundle.rules.filter(({ id }) => id !== "read-at-home");
    },
    "no-rule-allows",
  ],
];

describe("between the yes and the mint (I-18)", () => {
  it.each(deploys)("%s: DENIED, with the reason, and nothing is minted", async (_, change, reason) => {
    const id = await approvedGrant(at.world, { windowSeconds: 600 });
    at.world.deploy(change);
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(JSON.stringify(at.world.grant(id))).toContain(reason);
    expect(at.world.sts.requests).toBe(0);
  });
  it("after a first attempt that may have minted: revoked, not just DENIED", async () => {
    const id = await orphanedAttempt(at.world, { windowSeconds: 600 });
    at.world.deploy(deploys[7]?.[1] ?? (() => undefined));
    at.world.workflow.paused = false;
    await at.world.advance(61_000);
    expect(at.world.status(id)).toBe("REVOKING");
    await at.world.revokeAll();
    expect(at.world.sts.requests).toBe(1);
  });
  it("a deploy that changes nothing for the grant lets it go on, and the new version is recorded (A-29)", async () => {
    const id = await approvedGrant(at.world);
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.resources, "claims", (entry) => {
        entry.maxWindowSeconds = 60;
      }),
    );
    await at.world.mint(id);
    const [activated] = at.world.events("grant.activated");
    expect(activated.facts.policyVersion).toBe(at.world.policy.bundle.version);
    expect(activated.facts.policyVersion).not.toBe(at.world.grant(id).decision.policyVersion);
  });
  it("a yes to one rule does not serve another rule of the same group (I-13)", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.decide("priya", "approve");
    at.world.deploy((bundle) =>
      edit(bundle.rules, "personal-data-needs-privacy", (rule) => {
        rule.id = "another-rule";
      }),
    );
    await at.world.decide("ingrid", "approve");
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
  });
  const noMorePrivacy: Edit = (bundle) =>
    edit(bundle.catalogue.people, "priya", (person) => {
      person.groups = ["security"];
    });
  it.each<[string, Edit]>([
    [
      "left",
      (bundle) => {
        bundle.catalogue.people = bundle.catalogue.people.filter(({ id }) => id !== "priya");
      },
    ],
    ["lost the group", noMorePrivacy],
    [
      "owns the agent now (I-12)",
      (bundle) =>
        edit(bundle.catalogue.agents, "support-assistant", (agent) => {
          agent.owner = "priya";
        }),
    ],
  ])("a yes of somebody who %s meanwhile counts no longer", async (_, change) => {
    const id = await pendingGrant(at.world, { startsAt: "2026-11-21T12:00:00Z" });
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).toBe("APPROVED");
    at.world.deploy(change);
    await at.world.advance(24 * 3_600_000);
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(at.world.sts.requests).toBe(0);
  });
  it("a yes to the first stage by somebody who lost the group is found when the second is clicked", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.decide("priya", "approve");
    at.world.deploy(noMorePrivacy);
    await at.world.decide("ingrid", "approve");
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
  });
  it("an approval does not lapse because the clock moved on (I-11)", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.decide("priya", "approve");
    await at.world.advance(20 * 3_600_000);
    await at.world.decide("ingrid", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
});
