import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import {
  admin,
  as,
  ask,
  BUCKETS,
  collect,
  eventually,
  inState,
  keysUnder,
  REFUSED,
  refusalOf,
  s3With,
} from "./world.ts";

const ROLE = "latchkey-access-training-data";
const routine = {
  resource: "support-conversations",
  access: "read",
  windowSeconds: 600,
  purpose: "e2e: somebody removes the denial",
};

describe("a denial that somebody removes by hand", () => {
  test("I-30 I-37 is back within two minutes, for the session that had it, and nobody else's is touched", async () => {
    const [revoked, other] = [
      await ask("finetune-pipeline", routine),
      await ask("finetune-pipeline", routine),
    ];
    const was = s3With(await collect("finetune-pipeline", revoked.id));
    const stays = s3With(await collect("finetune-pipeline", other.id));
    const list = (s3: typeof was) => keysUnder(s3, BUCKETS.training, "support/");
    await as("finetune-pipeline")("POST", `/grants/${revoked.id}/release`);
    expect((await inState("finetune-pipeline", revoked.id, "REVOKED")).proof).toBe("probed");
    expect(await refusalOf(list(was))).toMatch(REFUSED);

    const iam = new IAMClient(await admin());
    const policy = { RoleName: ROLE, PolicyName: "latchkey-deny" };
    await iam.send(new DeleteRolePolicyCommand(policy));
    expect((await list(was)).length, "the denial was all that kept it out").toBeGreaterThan(0);
    await eventually("the denial", async () => REFUSED.test(await refusalOf(list(was))), 120_000);

    // Emptied, too: what is there is compared, not whether something is.
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "*", Resource: "arn:aws:s3:::nothing" }],
    });
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
    expect((await list(was)).length).toBeGreaterThan(0);
    await eventually("the denial", async () => REFUSED.test(await refusalOf(list(was))), 120_000);
    expect((await list(stays)).length).toBeGreaterThan(0);
    await as("finetune-pipeline")("POST", `/grants/${other.id}/release`);
  }, 300_000);
});
