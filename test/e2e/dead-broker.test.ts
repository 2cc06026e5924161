import { DeleteFunctionCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { companyOptions } from "../../local/company.ts";
import type { LocalJson } from "../../local/local-json.ts";
import { instancePaths } from "../../local/paths.ts";
import { signedClient } from "../../local/signed-client.ts";
import { startLocal, stopLocal } from "../../local/start.ts";
import {
  admin,
  BUCKETS,
  type Keys,
  keysUnder,
  OVER,
  pause,
  refusalOf,
  report,
  s3With,
  textOf,
} from "./world.ts";

// An instance of its own: nothing is left of the broker afterwards.
const paths = instancePaths({ LATCHKEY_HOME: ".latchkey/e2e-dead" });
let local: LocalJson;
beforeAll(async () => {
  ({ local } = await startLocal(companyOptions(), paths));
});
afterAll(() => stopLocal(paths));

test("I-23 credentials are refused at the end of their window while every function of the broker is deleted", async () => {
  const call = signedClient(local, "finetune-pipeline");
  const { body: grant } = await call("POST", "/grants", {
    resource: "support-conversations",
    access: "read",
    windowSeconds: 60,
    purpose: "e2e dead",
  });
  const { body } = await call("POST", `/grants/${grant.id}/credentials`);
  const keys = body as Keys;
  const s3 = s3With(keys, local);
  const [key = ""] = await keysUnder(s3, BUCKETS.training, "support/");

  const lambda = new LambdaClient(await admin(paths));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const broker = Functions.flatMap(({ FunctionName = "" }) =>
    FunctionName.startsWith("latchkey-") ? FunctionName : [],
  );
  expect(broker.length).toBeGreaterThanOrEqual(10);
  for (const FunctionName of broker) await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  expect((await lambda.send(new ListFunctionsCommand({}))).Functions ?? []).toEqual([]);

  expect((await textOf(s3, BUCKETS.training, key)).length).toBeGreaterThan(0);
  const endsAt = Date.parse(keys.Expiration);
  await pause(Math.max(0, endsAt - 2_000 - Date.now()));
  const calls: { begun: number; answer: string }[] = [];
  while (Date.now() < endsAt + 3_000) {
    const begun = Date.now() - endsAt;
    calls.push({ begun, answer: await refusalOf(keysUnder(s3, BUCKETS.training, "support/")) });
  }
  const after = calls.filter(({ begun }) => begun >= 0);
  expect(calls.filter(({ begun, answer }) => begun < -1_000 && answer === "was not refused")).not.toEqual([]);
  expect(after.length).toBeGreaterThan(5);
  for (const { begun, answer } of after) expect(answer, `begun ${begun} ms after the end`).toMatch(OVER);
  const first = calls.find(({ answer }) => OVER.test(answer));
  report(
    `end of a window, broker deleted: ${calls.length} calls; the first that was refused began ${first?.begun} ms after endsAt`,
  );
  expect(await refusalOf(textOf(s3, BUCKETS.training, key))).toMatch(OVER);
});
