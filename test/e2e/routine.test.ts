import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  as,
  ask,
  BUCKETS,
  collect,
  eventually,
  inState,
  type Keys,
  keysUnder,
  local,
  look,
  OVER,
  pause,
  REFUSED,
  refusalOf,
  s3With,
  sessionOf,
  textOf,
  type View,
} from "./world.ts";

describe("a routine ask of 60 seconds", () => {
  let grant: View;
  let keys: Keys;
  beforeAll(async () => {
    grant = await ask("finetune-pipeline", {
      resource: "support-conversations",
      access: "read",
      windowSeconds: 60,
      purpose: "e2e",
    });
    keys = await collect("finetune-pipeline", grant.id);
  });

  test("passes without a person and is two calls away from working credentials", async () => {
    expect(grant.decision).toMatchObject({ outcome: "allow", plan: [], rules: [{ id: "read-at-home" }] });
    const s3 = s3With(keys);
    const found = await keysUnder(s3, BUCKETS.training, "support/");
    expect(found.length).toBeGreaterThan(10);
    expect((await textOf(s3, BUCKETS.training, found[0] ?? "")).split("\n").length).toBeGreaterThan(100);
  });

  test("I-03 gives nothing beside it: other prefix, other bucket, listing outside, writing, other services, onward roles (A-27, I-36)", async () => {
    const s3 = s3With(keys);
    const client = {
      endpoint: local().endpoint,
      region: local().region,
      credentials: sessionOf(keys),
      maxAttempts: 1,
    };
    const attempts = {
      otherPrefix: () => textOf(s3, BUCKETS.training, "manifests/2026-03-28.json"),
      otherBucket: () => textOf(s3, BUCKETS.production, "docs/household.md"),
      listAll: () => keysUnder(s3, BUCKETS.training, ""),
      listSibling: () => keysUnder(s3, BUCKETS.training, "manifests/"),
      write: () =>
        s3.send(new PutObjectCommand({ Bucket: BUCKETS.training, Key: "support/new.txt", Body: "x" })),
      scan: () =>
        new DynamoDBClient(client).send(new ScanCommand({ TableName: "latchkey-example-features" })),
      ownTable: () =>
        new DynamoDBClient(client).send(
          new GetItemCommand({ TableName: local().tableName, Key: { pk: { S: "x" }, sk: { S: "x" } } }),
        ),
      iam: () => new IAMClient(client).send(new ListRolesCommand({})),
      assume: () =>
        new STSClient(client).send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${ACCOUNT}:role/latchkey-access-training-data`,
            RoleSessionName: "lk.x.y.1",
          }),
        ),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      expect.soft(await refusalOf(attempt()), name).toMatch(REFUSED);
    }
  });

  test("collects as often as it likes, and the first collect alone is an event", async () => {
    expect(await collect("finetune-pipeline", grant.id)).toEqual(keys);
    const timeline = (await look("finetune-pipeline", grant.id)).timeline ?? [];
    expect(timeline.filter((entry) => entry.type === "credentials.collected")).toHaveLength(1);
  });

  test("I-10 another agent, a person of security and another name cannot collect; another agent's grant is not there (A-04)", async () => {
    expect((await as("rag-indexer")("POST", `/grants/${grant.id}/credentials`)).status).toBe(404);
    expect((await as("rag-indexer")("GET", `/grants/${grant.id}`)).status).toBe(404);
    expect((await as("samira")("POST", `/grants/${grant.id}/credentials`)).body).toMatchObject({
      error: { code: "not_your_role" },
    });
    expect((await as("samira")("GET", `/grants/${grant.id}`)).status).toBe(200);
  });

  test("I-23 the same credentials are refused after the end, the window is what was asked, and the grant is ENDED", async () => {
    const active = await inState("finetune-pipeline", grant.id, "ACTIVE");
    const { startsAt = "", endsAt = "" } = active.window;
    expect(Date.parse(endsAt) - Date.parse(startsAt)).toBe(60_000);
    expect(keys.Expiration).toBe(endsAt);
    const s3 = s3With(keys);
    const [key = ""] = await keysUnder(s3, BUCKETS.training, "support/");
    await pause(Math.max(0, Date.parse(endsAt) - Date.now()));
    expect(await refusalOf(textOf(s3, BUCKETS.training, key))).toMatch(OVER);
    expect(await refusalOf(keysUnder(s3, BUCKETS.training, "support/"))).toMatch(OVER);
    const ended = await inState("finetune-pipeline", grant.id, "ENDED");
    expect(ended.closing?.code).toBe("window_over");
    const late = await as("finetune-pipeline")("POST", `/grants/${grant.id}/credentials`);
    expect(late).toMatchObject({ status: 410, body: { error: { code: "grant_over" } } });
    expect((ended.timeline ?? []).map((entry) => entry.type)).toEqual([
      "grant.requested",
      "grant.attempt_claimed",
      "grant.activated",
      "credentials.collected",
      "grant.ended",
    ]);
  });
});

test("a narrower scope reads its own prefix and nothing beside it", async () => {
  const grant = await ask("finetune-pipeline", {
    resource: "support-conversations",
    access: "read",
    scope: { prefix: "2026/03/" },
    windowSeconds: 120,
    purpose: "e2e",
  });
  const s3 = s3With(await collect("finetune-pipeline", grant.id));
  expect((await keysUnder(s3, BUCKETS.training, "support/2026/03/")).length).toBeGreaterThan(0);
  expect(await refusalOf(keysUnder(s3, BUCKETS.training, "support/2026/02/"))).toMatch(REFUSED);
  expect(await refusalOf(textOf(s3, BUCKETS.training, "support/2026/02/part-000.jsonl"))).toMatch(REFUSED);
});

test("a DynamoDB table is read with credentials that know no other table", async () => {
  const grant = await ask("finetune-pipeline", {
    resource: "feature-store",
    access: "read",
    windowSeconds: 60,
    purpose: "e2e",
  });
  const { endpoint, region } = local();
  const credentials = sessionOf(await collect("finetune-pipeline", grant.id));
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { Count = 0 } = await dynamodb.send(
    new ScanCommand({ TableName: "latchkey-example-features", Limit: 10 }),
  );
  expect(Count).toBe(10);
  expect(
    await refusalOf(dynamodb.send(new ScanCommand({ TableName: "latchkey-example-customers" }))),
  ).toMatch(REFUSED);
});

test("I-38 the same Idempotency-Key is the same grant; with another body it is a conflict", async () => {
  const body = { resource: "support-conversations", access: "list", windowSeconds: 60, purpose: "e2e once" };
  const headers = { "idempotency-key": `e2e-${Date.now()}` };
  const call = as("finetune-pipeline");
  const [one, two] = await Promise.all([
    call("POST", "/grants", body, headers),
    call("POST", "/grants", body, headers),
  ]);
  expect([one.status, two.status]).toEqual([201, 201]);
  expect(one.body.id).toBe(two.body.id);
  const other = await call("POST", "/grants", { ...body, windowSeconds: 90 }, headers);
  expect(other).toMatchObject({ status: 409, body: { error: { code: "idempotency_conflict" } } });
});

test("a dry run answers the decision and makes no grant", async () => {
  const purpose = `e2e dry run ${Date.now()}`;
  const answer = await as("rag-indexer")("POST", "/grants", {
    resource: "claims",
    access: "read",
    windowSeconds: 60,
    purpose,
    dryRun: true,
  });
  expect(answer).toMatchObject({
    status: 200,
    body: { dryRun: true, decision: { outcome: "deny", rules: [{ id: "environments-do-not-cross" }] } },
  });
  const { grants } = (await as("rag-indexer")("GET", "/grants?limit=100")).body as { grants: View[] };
  expect(grants.filter((grant) => grant.purpose === purpose)).toEqual([]);
});

test("a start in the future is waited for", async () => {
  const startsAt = `${new Date(Date.now() + 8_000).toISOString().slice(0, 19)}Z`;
  const grant = await ask("eval-runner", {
    resource: "eval-sets",
    access: "read",
    windowSeconds: 60,
    startsAt,
    purpose: "e2e",
  });
  expect(grant.status).toBe("APPROVED");
  const active = await eventually("the start", async () => {
    const view = await look("eval-runner", grant.id);
    return view.status === "ACTIVE" && view;
  });
  expect(active.window.startsAt).toBe(startsAt);
});

test("the catalogue says what an agent may ask for, and what it would take", async () => {
  const { body } = await as("support-assistant")("GET", "/catalogue");
  const approval = Object.fromEntries(
    (body.resources as { id: string; approval: string }[]).map((each) => [each.id, each.approval]),
  );
  expect(approval).toMatchObject({
    claims: "people",
    "product-docs": "none",
    "support-conversations": "never",
  });
});
