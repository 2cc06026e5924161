import { beforeEach, describe, expect, it } from "vitest";
import type { Told } from "../../../functions/aws/pipelines.ts";
import { readCaller } from "../../../functions/aws/table/callers.ts";
import { fromItem } from "../../../functions/aws/table/grants.ts";
import { answerCaller } from "../../../functions/start-approvals/answer.ts";
import { type StartDeps, startApproval } from "../../../functions/start-approvals/start.ts";
import { ACCOUNT } from "../../fakes/api.ts";
import { deployPolicy } from "../../fakes/policy.ts";
import { FakeTable } from "../../fakes/table.ts";

const START = Date.parse("2026-11-17T09:30:00.250Z");
let fake: FakeTable;
let told: { taskToken: string; told: Told }[];
let deps: StartDeps;
beforeEach(() => {
  let ids = 0;
  fake = new FakeTable(() => START);
  told = [];
  deps = {
    ...deployPolicy(),
    ...{ table: fake.table, now: () => START, log: () => {} },
    newId: () => `abcdefghijkl${String(2_222 + ++ids).replaceAll(/[0189]/g, "z")}`,
    startWorkflow: async () => "started",
    askAgain: async () => {},
    answer: async (taskToken, what) => {
      told.push({ taskToken, told: what });
      return "told";
    },
  };
});

const modelPackage = `arn:aws:sagemaker:us-east-1:${ACCOUNT}:model-package/support-tone/4`;
const registered = (more: Record<string, unknown> = {}, id = "11111111-2222-3333-4444-555555555555") => ({
  ...{ version: "0", id, account: ACCOUNT, region: "us-east-1", source: "aws.sagemaker" },
  "detail-type": "SageMaker Model Package State Change",
  detail: {
    ModelPackageGroupName: "support-tone",
    ModelPackageArn: modelPackage,
    ModelApprovalStatus: "PendingManualApproval",
    ...more,
  },
});
const tuning = (more: Record<string, unknown> = {}) => ({
  ...registered(),
  source: "northwind.tuning",
  "detail-type": "Tuning Requested",
  detail: {
    ...{ execution: "run-1", taskToken: "TOKEN-1", modelName: "tone" },
    trainingData: `s3://latchkey-example-training-${ACCOUNT}/support/`,
    output: `s3://latchkey-example-training-${ACCOUNT}/models/`,
    role: `arn:aws:iam::${ACCOUNT}:role/latchkey-example-tuning`,
    hyperparameters: { epochCount: "2" },
    ...more,
  },
});
const grants = () => fake.items().flatMap((item) => (item.entity === "grant" ? [fromItem(item)] : []));

describe("an event that starts an approval", () => {
  it("opens the configured action, for the configured agent, with parameters of the event", async () => {
    await startApproval(deps, registered());
    const [grant, ...others] = grants();
    expect(others).toEqual([]);
    expect(grant).toMatchObject({ status: "PENDING", agent: { id: "release-job" } });
    expect(grant?.resource.id).toBe("promote-model");
    expect(JSON.parse(String(grant?.scope?.parameters))).toEqual({ modelPackageArn: modelPackage });
    const [asked] = fake.events.map(({ body }) => JSON.parse(body));
    expect(asked).toMatchObject({
      type: "grant.requested",
      actor: { type: "broker", id: "start-approvals" },
    });
  });

  it("takes no word of the event for who asks, what for, or how it is decided (I-07)", async () => {
    await startApproval(
      deps,
      registered({ agent: "support-assistant", status: "APPROVED", action: "pay-claim" }),
    );
    expect(grants()).toMatchObject([{ status: "PENDING", agent: { id: "release-job" } }]);
    expect(grants()[0]?.resource.id).toBe("promote-model");
  });

  it("opens one action for an event that comes twice, also at once, and for several events about one thing", async () => {
    await Promise.all([startApproval(deps, registered()), startApproval(deps, registered())]);
    await startApproval(deps, registered({}, "66666666-2222-3333-4444-555555555555"));
    expect(grants()).toHaveLength(1);
  });

  it.each([
    ["another group", { ModelPackageGroupName: "other" }],
    ["another state", { ModelApprovalStatus: "Approved" }],
    ["a state that is no text", { ModelApprovalStatus: ["PendingManualApproval"] }],
  ])("is not meant by the configuration: %s", async (_what, more) => {
    await startApproval(deps, registered(more));
    expect(grants()).toEqual([]);
  });

  it("opens nothing with a parameter that a copy would lose: what is approved is what is done (I-19)", async () => {
    const hyperparameters = JSON.parse('{"__proto__":"x","epochCount":"2"}');
    await startApproval(deps, tuning({ hyperparameters }));
    expect(grants()).toEqual([]);
    expect(told).toMatchObject([{ told: { ok: false, error: "Latchkey.invalid_request" } }]);
  });

  it("opens nothing with parameters that the type does not take, and counts the refusal", async () => {
    await startApproval(deps, registered({ ModelPackageArn: modelPackage.replace("support-tone", "other") }));
    await startApproval(
      deps,
      registered({ ModelPackageArn: { $gt: "" } }, "77777777-2222-3333-4444-555555555555"),
    );
    expect(grants()).toEqual([]);
    expect(fake.items().some(({ entity }) => entity === "refusals")).toBe(true);
  });
});

describe("a pipeline that waits", () => {
  it("leaves its token beside the grant, and nowhere else (I-09)", async () => {
    await startApproval(deps, tuning());
    const [grant] = grants();
    expect(await readCaller(fake.table, grant?.id ?? "")).toMatchObject({ taskToken: "TOKEN-1" });
    const holding = fake.items().filter((item) => JSON.stringify(item).includes("TOKEN-1"));
    expect(holding.map(({ entity }) => entity)).toEqual(["caller"]);
    expect(fake.events.some(({ body }) => body.includes("TOKEN-1"))).toBe(false);
    expect(told).toEqual([]);
  });

  it("that is tried again waits with its newest token for the same action", async () => {
    await startApproval(deps, tuning());
    await startApproval(deps, {
      ...tuning({ taskToken: "TOKEN-2" }),
      id: "99999999-2222-3333-4444-555555555555",
    });
    expect(grants()).toHaveLength(1);
    expect(await readCaller(fake.table, grants()[0]?.id ?? "")).toMatchObject({ taskToken: "TOKEN-2" });
  });

  it("is told at once of what cannot be asked, without a value of it", async () => {
    await startApproval(deps, tuning({ role: "arn:aws:iam::999999999999:role/admin" }));
    expect(grants()).toEqual([]);
    expect(told).toMatchObject([
      { taskToken: "TOKEN-1", told: { ok: false, error: "Latchkey.invalid_request" } },
    ]);
    expect(JSON.stringify(told)).not.toContain("999999999999");
  });

  it("is told of the outcome once, and its token is forgotten; while there is none it waits on", async () => {
    await startApproval(deps, tuning());
    const id = grants()[0]?.id ?? "";
    await answerCaller(deps, id);
    expect(told).toEqual([]);
    fake.plant({
      ...{
        pk: `GRANT#${id}`,
        sk: "ACTION#OUTCOME",
        entity: "outcome",
        result: "done",
        by: "perform-start-tuning",
      },
      ...{ at: "2026-11-17T09:31:00.000Z", detail: "started", count: 1 },
    } as never);
    await answerCaller(deps, id);
    await answerCaller(deps, id);
    expect(told).toEqual([
      {
        taskToken: "TOKEN-1",
        told: { ok: true, output: { grantId: id, result: "done", detail: "started" } },
      },
    ]);
    expect(await readCaller(fake.table, id)).toBeUndefined();
  });

  it("is not told that nothing was done of what was begun and ended without a word", async () => {
    await startApproval(deps, tuning());
    const [grant] = grants();
    const id = grant?.id ?? "";
    const at = "2026-11-17T09:31:00.000Z";
    const item = fake.items().find(({ entity }) => entity === "grant");
    const times = { claimedAt: at, startsAt: at, endsAt: "2026-11-17T09:46:00Z", closedAt: at };
    const closing = { code: "window_over", by: "end-access" };
    fake.plant({ ...item, status: "ENDED", attempt: 1, ...times, closing } as never);
    fake.plant({
      ...{ pk: `GRANT#${id}`, sk: "ACTION#REDEEMED", entity: "redeemed", at },
      ...{ by: "perform-start-tuning", uniqueId: "perform-start-tuning", jti: "jti-1" },
    } as never);
    await answerCaller(deps, id);
    expect(told).toMatchObject([{ told: { ok: false, error: "Latchkey.unknown" } }]);
  });
});
