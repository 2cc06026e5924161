import { describe, expect, it } from "vitest";
import { accessRoleOf } from "../../../functions/core/access-role.ts";
import { isoSeconds } from "../../../functions/core/time.ts";
import type { RoleAssumed } from "../../../functions/core/watch/use.ts";
import { watch } from "../../../functions/watch/watch.ts";
import { ACCOUNT } from "../../fakes/api.ts";
import { asked, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { assumed, flagsOf, PROVER, watchDeps } from "./scene.ts";

const at = useWorld();
const TRAINING = "latchkey-access-training-data";
const see = (input: unknown) => watch(watchDeps(at.world), input);

/** The AssumeRole that the fake STS got for a grant, as CloudTrail would tell it. */
function mintOf(id: string, more: Partial<RoleAssumed> = {}): unknown {
  const issued = at.world.sts.issued.find(({ sessionName }) => sessionName.includes(id));
  if (!issued) throw new Error(`no session of ${id}`);
  return assumed({
    role: issued.roleArn.split("/").at(-1) ?? "",
    session: issued.sessionName,
    time: isoSeconds(issued.at),
    policy: issued.policy,
    ...more,
  });
}
const policyOf = (id: string): { Statement: Record<string, unknown>[] } =>
  JSON.parse(at.world.sts.issued.find(({ sessionName }) => sessionName.includes(id))?.policy ?? "");

describe("an AssumeRole of an access role (I-01)", () => {
  it("that the minter made for a claimed attempt with the approved policy raises nothing, whatever the kind (I-03)", async () => {
    let minted = 0;
    for (const agent of ["finetune-pipeline", "eval-runner", "rag-indexer"])
      for (const resource of at.world.policy.catalogue.resources)
        for (const access of resource.accesses) {
          const body = { resource: resource.id, access, windowSeconds: 60, purpose: "as approved" };
          const reply = await at.world.agent(agent).ask(body);
          const { id } = reply.body as { id: string };
          if (reply.status !== 201 || at.world.status(id) !== "ACTIVE") continue;
          await see(mintOf(id));
          minted += 1;
          at.world.tick(61_000);
        }
    expect(minted).toBeGreaterThan(5);
    expect(flagsOf(at.world)).toEqual([]);
  });

  it("of a rotated session, and of one that was lost, is claimed too (I-02)", async () => {
    const id = await asked(at.world, "finetune-pipeline", {
      ...{ resource: "support-conversations", access: "read", windowSeconds: 3_600, purpose: "long" },
    });
    await see(mintOf(id));
    expect(flagsOf(at.world)).toEqual([]);
  });

  it.each([
    ["of no grant at all", "unclaimed-session", () => ({ session: "lk.finetune.aaaaaaaaaaaaaaaa.1" })],
    ["of no form of ours", "unclaimed-session", () => ({ session: "AWSCLI-Session" })],
    [
      "of an attempt that nobody claimed",
      "unclaimed-session",
      (id: string) => ({ session: `lk.finetune.${id}.2` }),
    ],
    ["under another agent's key", "unclaimed-session", (id: string) => ({ session: `lk.eval.${id}.1` })],
    [
      "by another function",
      "unclaimed-session",
      () => ({ by: `${ACCOUNT}:assumed-role/latchkey-grants-api` }),
    ],
    [
      "like a probe, and not by the prover",
      "unclaimed-session",
      (id: string) => ({ session: `lk.finetune.${id}.probe` }),
    ],
    ["without a policy (I-05)", "no-session-policy", () => ({ policy: undefined })],
  ])("%s locks its role down: %s", async (_how, rule, more) => {
    const id = await routineGrant(at.world);
    const seen = await see(mintOf(id, more(id) as Partial<RoleAssumed>));
    expect(seen).toMatchObject({ acted: 1, failed: 0 });
    expect(flagsOf(at.world)).toEqual([{ rules: rule, action: "lockdown" }]);
    expect(at.world.events("lockdown.set")).toMatchObject([
      { actor: { id: "flag" }, facts: { target: `role ${accessRoleOf(TRAINING)}` } },
    ]);
    expect(at.world.status(id)).toBe("REVOKING");
    const after = await at.world.agent("finetune-pipeline").ask({
      ...{ resource: "support-conversations", access: "read", windowSeconds: 60, purpose: "again" },
    });
    expect(after.code).toBe("locked_down");
  });

  const forged: [string, (policy: { Statement: Record<string, unknown>[] }) => unknown[]][] = [
    [
      "one more statement",
      ({ Statement }) => [...Statement, { Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }],
    ],
    [
      "a wider resource",
      ({ Statement }) => Statement.map((s) => (s.Effect === "Allow" ? { ...s, Resource: ["*"] } : s)),
    ],
    ["no end", ({ Statement }) => Statement.filter((s) => !JSON.stringify(s).includes("aws:CurrentTime"))],
    [
      "a later end",
      (policy) =>
        JSON.parse(JSON.stringify(policy.Statement).replace(/"20\d\d-[^"]+Z"/, '"2031-01-01T00:00:00Z"')),
    ],
    ["no shut doors", ({ Statement }) => Statement.filter((s) => !("NotAction" in s))],
    ["nothing", () => []],
  ];
  it.each(forged)("with %s in its policy locks its role down (I-03)", async (_how, forge) => {
    const id = await routineGrant(at.world);
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: forge(policyOf(id)) });
    await see(mintOf(id, { policy }));
    expect(flagsOf(at.world)).toEqual([{ rules: "other-session-policy", action: "lockdown" }]);
  });

  it("by the prover, for a probe or its control, raises nothing", async () => {
    const id = await routineGrant(at.world);
    for (const session of [`lk.finetune.${id}.probe`, "lk.control.probe"])
      await see(mintOf(id, { session, by: PROVER, policy: "{}" }));
    expect(flagsOf(at.world)).toEqual([]);
  });

  it("as EventBridge tells it at once, and again in CloudTrail's file, is one flag", async () => {
    const time = isoSeconds(at.world.now());
    const record = {
      ...{ eventVersion: "1.08", eventID: "e1", eventTime: time, awsRegion: "us-east-1" },
      ...{ eventSource: "sts.amazonaws.com", eventName: "AssumeRole" },
      userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/mallory` },
      requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/${TRAINING}`, roleSessionName: "x" },
    };
    const atOnce = { source: "aws.sts", "detail-type": "AWS API Call via CloudTrail", detail: record };
    await see(atOnce);
    await see(atOnce);
    await see(assumed({ id: "e1", role: TRAINING, session: "x", time, by: `${ACCOUNT}:user/mallory` }));
    expect(flagsOf(at.world)).toEqual([{ rules: "unclaimed-session", action: "lockdown" }]);
    expect(at.world.events("lockdown.set")).toHaveLength(1);
  });
});
