import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSts } from "../../functions/aws/sessions.ts";
import { stopGrant } from "../../functions/aws/stop-grant.ts";
import { newId } from "../../functions/aws/system.ts";
import { openTable } from "../../functions/aws/table/client.ts";
import { readGrant } from "../../functions/aws/table/grants.ts";
import { openTeller, openWorkflow } from "../../functions/aws/workflow.ts";
import { isoSeconds } from "../../functions/core/time.ts";
import { openFaultyProxy, type Wrong } from "./faulty-proxy.ts";
import { admin, ask, local, look } from "./world.ts";

// What the functions' own adapters do with the real SDK, its retries and its tokens, on a way on which requests go wrong.
// The functions are called here and not in Lambda: what the local AWS starts goes to it directly.
let proxy: Awaited<ReturnType<typeof openFaultyProxy>>;
const before = { ...process.env };

beforeAll(async () => {
  const { endpoint, region, credentials } = await admin();
  proxy = await openFaultyProxy(endpoint);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: proxy.origin,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
});
afterAll(() => {
  for (const name of ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  proxy.close();
});

const AGENT = "finetune-pipeline";
const inTenMinutes = () => isoSeconds(Date.now() + 600_000);

describe("over the wire, while requests go wrong", () => {
  test.each<{ rule: string; goes: Wrong[] }>([
    { rule: "refused once", goes: ["error"] },
    { rule: "done, and the answer lost", goes: ["lost"] },
    { rule: "done, and every answer lost that the SDK waits for", goes: ["lost", "lost", "lost"] },
    { rule: "answered late", goes: ["late"] },
  ])("I-41 I-47 a stop is written once, with one event: DynamoDB $rule", async ({ goes }) => {
    const { tableName } = local();
    const { id } = await ask(AGENT, {
      ...{ resource: "support-conversations", access: "read", windowSeconds: 60 },
      ...{ startsAt: inTenMinutes(), purpose: "e2e: a faulty wire" },
    });
    const table = openTable(tableName);
    const grant = await readGrant(table, id);
    if (!grant) throw new Error(`no grant ${id}`);
    proxy.order("TransactWriteItems", ...goes);
    const by = { type: "person" as const, id: "samira" };
    const stopped = await stopGrant(
      {
        ...{ table, now: Date.now, newId, log: () => undefined, tell: openTeller() },
        queueDeny: async () => undefined,
      },
      grant,
      { by, why: { code: "revoked" }, unminted: "cancel" },
    );
    expect(stopped).toMatchObject({ is: "stopped", grant: { status: "CANCELLED" } });
    const { timeline = [], status } = await look(AGENT, id);
    expect(status).toBe("CANCELLED");
    expect(timeline.map(({ type }) => type)).toEqual(["grant.requested", "grant.cancelled"]);
  });

  test("I-39 a workflow whose start was not answered is started once", async () => {
    const { stateMachineArn } = local();
    const grantId = newId();
    proxy.order("StartExecution", "lost");
    expect(await openWorkflow(stateMachineArn)({ schema: 1, grantId, next: "over" })).toMatch(
      /^(started|exists)$/,
    );
    expect(proxy.count("StartExecution")).toBe(2);
    const sfn = new SFNClient(await admin());
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${grantId}`;
    expect((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status).toMatch(
      /^(RUNNING|SUCCEEDED)$/,
    );
  });

  test.each<Wrong>(["lost", "error"])(
    "I-02 a session is asked for once and never again: STS %s",
    async (wrong) => {
      proxy.order("AssumeRole", wrong);
      const asked = openSts("external")({
        ...{ roleArn: `arn:aws:iam::${local().accountId}:role/latchkey-access-training-data` },
        ...{ sessionName: "lk.faulty.wire.1", sourceIdentity: AGENT, durationSeconds: 900 },
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
        }),
      });
      await expect(asked).rejects.toThrow();
      expect(proxy.count("AssumeRole")).toBe(1);
    },
  );
});
