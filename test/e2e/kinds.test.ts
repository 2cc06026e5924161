import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KindName, kindNames } from "../../functions/core/kinds/names.ts";
import { type Ask, probeOf } from "../../functions/core/kinds/registry.ts";
import { compileSessionPolicy } from "../../functions/core/session-policy.ts";
import { isoSeconds } from "../../functions/core/time.ts";
import { type Call, evaluate, type Verdict } from "../core/kinds/evaluate.ts";
import { never, probes } from "../core/kinds/probes.cases.ts";
import { BESIDE, GRANT, invoke, resultsAt, rows, startQuery } from "./kinds/calls.ts";
import { json, makeRole, removeRole, sessionUnder, signedAs } from "./kinds/session.ts";
import { admin, as, ask, collect, eventually, inState, sessionOf } from "./world.ts";

// Long enough for this file; the end itself is looked at in routine.test.ts and dead-broker.test.ts.
const endsAt = isoSeconds(Date.now() + 900_000);
function policyOf(ask: Ask): string {
  const made = compileSessionPolicy(ask, { endsAt, grantId: GRANT });
  if (!made.ok) throw new Error("too large");
  return made.policy;
}

beforeAll(async () => {
  const config = await admin();
  await makeRole();
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  const hash = (AttributeName: string) => [{ AttributeName, KeyType: "HASH" as const }];
  await removeBeside().catch(() => {});
  await new DynamoDBClient(config).send(
    new CreateTableCommand({
      TableName: BESIDE.table,
      AttributeDefinitions: [attribute("id"), attribute("plan")],
      KeySchema: hash("id"),
      GlobalSecondaryIndexes: [
        { IndexName: BESIDE.index, KeySchema: hash("plan"), Projection: { ProjectionType: "ALL" } },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await new SecretsManagerClient(config).send(
    new CreateSecretCommand({ Name: BESIDE.secret, SecretString: "none" }),
  );
});

async function removeBeside(): Promise<void> {
  const config = await admin();
  const gone = await Promise.allSettled([
    new DynamoDBClient(config).send(new DeleteTableCommand({ TableName: BESIDE.table })),
    new SecretsManagerClient(config).send(
      new DeleteSecretCommand({ SecretId: BESIDE.secret, ForceDeleteWithoutRecovery: true }),
    ),
  ]);
  if (gone.some(({ status }) => status === "rejected")) throw new Error("not all that was beside is gone");
}

afterAll(async () => {
  await removeRole();
  await removeBeside();
});

/** Kinds whose service the local AWS does not have: their calls are held by the simulator and the evaluator alone. */
const NOT_HERE: KindName[] = ["s3-vectors-index", "http-api"];

/** Kinds whose probe is asked here of another resource than on AWS: the tags of a prompt are asked of `*`. */
const UNPROVABLE: KindName[] = ["bedrock-prompt"];
/** Kinds of which the example company has none. */
const NOTHING_THERE: KindName[] = ["bedrock-prompt", "bedrock-knowledge-base"];

const bare = ({ action, resource }: Call): Call => ({
  action,
  resource,
  context: { "aws:CurrentTime": new Date().toISOString() },
});

describe("real calls of a session, on a role that may do everything", () => {
  test("I-03 I-36 what was approved is answered, and everything beside it is refused", async () => {
    for (const { ask, allowed, refused, cannot = {} } of rows()) {
      const session = await sessionUnder(policyOf(ask));
      const what = `${ask.kind} ${ask.access} ${JSON.stringify(ask.scope ?? "all")}`;
      for (const [name, request] of Object.entries(allowed)) {
        const { text, ...answer } = await session(request());
        expect.soft(answer.refused, `${what}: ${name}: ${answer.status} ${text.slice(0, 300)}`).toBe(false);
      }
      for (const [name, request] of Object.entries({ ...refused, ...cannot })) {
        const answer = await session(request());
        expect
          .soft(answer.refused, `${what}: ${name}: ${answer.status} ${answer.text.slice(0, 300)}`)
          .toBe(true);
      }
    }
  });

  test("every kind whose service is here has calls", () => {
    const tried = new Set(rows().map(({ ask }) => ask.kind));
    expect(kindNames.filter((kind) => !tried.has(kind))).toEqual(NOT_HERE);
  });

  test("the probe of each kind is answered to a session of that one action, and to no other", async () => {
    const targets = new Map(rows().map(({ ask }) => [ask.kind, ask]));
    const nothing = { Effect: "Allow", Action: "iam:GetUser", Resource: "*" };
    const under = (statement: object) =>
      sessionUnder(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
    const other = await under(nothing);
    for (const [kind, ask] of targets) {
      const { statement, request, answered = [] } = probeOf(kind, ask);
      const { text, ...answer } = await (await under(statement))(request);
      expect
        .soft(answer.refused, `${kind}: ${answer.status} ${text.slice(0, 300)}`)
        .toBe(UNPROVABLE.includes(kind));
      const said =
        (answer.status >= 200 && answer.status < 300) || answered.some((each) => text.includes(each));
      expect
        .soft(said, `${kind}: ${answer.status} ${text.slice(0, 300)}`)
        .toBe(!NOTHING_THERE.includes(kind));
      expect.soft((await other(request)).refused, kind).toBe(true);
    }
  });
});
describe("through the broker", () => {
  const collected = async (agent: string, wanted: Record<string, unknown>) => {
    const { id } = await ask(agent, { windowSeconds: 120, purpose: "e2e kinds", ...wanted });
    return { id, session: signedAs(sessionOf(await collect(agent, id))) };
  };
  const parameter = (name: string) =>
    json("ssm", "AmazonSSM.GetParameter", { Name: `/latchkey-example-runs/${name}` });

  test("a setting is read, and the one beside it is not", async () => {
    const wanted = { resource: "run-settings", access: "read", scope: { names: ["learning-rate"] } };
    const { session } = await collected("finetune-pipeline", wanted);
    expect((await session(parameter("learning-rate"))).text).toContain("1e-5");
    expect((await session(parameter("epochs"))).refused).toBe(true);
  });

  test("a model is used, and no other", async () => {
    const { session } = await collected("support-assistant", { resource: "summariser", access: "invoke" });
    expect((await session(invoke("amazon.nova-lite-v1:0"))).refused).toBe(false);
    expect((await session(invoke("amazon.nova-pro-v1:0"))).refused).toBe(true);
  });

  test("I-25 a release is proven by refused calls of each kind's own probe", async () => {
    const asks = [
      ["finetune-pipeline", { resource: "run-settings", access: "read" }],
      ["support-assistant", { resource: "summariser", access: "invoke" }],
      ["analytics-copilot", { resource: "claims-by-month", access: "read" }],
    ] as const;
    await Promise.all(
      asks.map(async ([agent, wanted]) => {
        const { id } = await collected(agent, { ...wanted, windowSeconds: 600 });
        await as(agent)("POST", `/grants/${id}/release`);
        const view = await inState(agent, id, "REVOKED");
        expect.soft(view.proof, wanted.resource).toBe("probed");
      }),
    );
  });

  test("a table is queried, and what was found is in a folder that no other grant of the table reads", async () => {
    const wanted = { resource: "claims-by-month", access: "read" };
    const [own, other] = await Promise.all([
      collected("analytics-copilot", wanted),
      collected("analytics-copilot", wanted),
    ]);
    const started = await own.session(startQuery(own.id));
    expect(started.refused, started.text).toBe(false);
    const { QueryExecutionId } = JSON.parse(started.text) as { QueryExecutionId: string };
    const found = resultsAt(own.id, QueryExecutionId);
    const rowsFound = await eventually("the results", async () => {
      const { status, text } = await own.session(found);
      return status === 200 && text;
    });
    expect(rowsFound).toContain("claim_type");
    expect(rowsFound.trim().split("\n").length).toBeGreaterThan(10);
    expect((await other.session(found)).refused).toBe(true);
  });
});

describe("the whole matrix, by the local AWS's own evaluation", () => {
  test("I-03 agrees with the evaluator on every call, as far as its simulator takes it: without a context", async () => {
    const iam = new IAMClient(await admin());
    const simulate = async (policy: string, action: string, resource: string): Promise<Verdict> => {
      const { EvaluationResults: [result] = [] } = await iam.send(
        new SimulateCustomPolicyCommand({
          PolicyInputList: [policy],
          ActionNames: [action],
          ResourceArns: [resource],
        }),
      );
      if (result?.EvalDecision === "allowed") return "allow";
      return result?.EvalDecision === "explicitDeny" ? "deny" : "no";
    };
    let compared = 0;
    for (const { ask, allowed, refused } of probes) {
      const policy = policyOf(ask);
      for (const call of [...allowed, ...refused, ...never].map(bare))
        for (const resource of [call.resource].flat()) {
          const here = await simulate(policy, call.action, resource);
          const expected = evaluate(JSON.parse(policy), { ...call, resource });
          expect.soft(here, `${ask.kind} ${ask.access}: ${call.action} on ${resource}`).toBe(expected);
          compared += 1;
        }
    }
    expect(compared).toBeGreaterThan(1_000);
  });
});
