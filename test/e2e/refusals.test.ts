import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { signedClient } from "../../local/signed-client.ts";
import { admin, as, local, pause } from "./world.ts";

const ok = { resource: "support-conversations", access: "read", windowSeconds: 60, purpose: "e2e" };

/** Sends a body exactly as it is written, signed. */
async function raw(identity: string, body: string) {
  const { Sha256 } = await import("@aws-crypto/sha256-js");
  const { HttpRequest } = await import("@smithy/protocol-http");
  const { SignatureV4 } = await import("@smithy/signature-v4");
  const where = local();
  const url = new URL(`${where.apiUrl}/grants`);
  const credentials = where.identities[identity];
  if (!credentials) throw new Error(identity);
  // Without x-amz-content-sha256 the body's own hash is what is signed. (With it, the local AWS believes the header.)
  const signer = new SignatureV4({
    credentials,
    region: where.region,
    service: "execute-api",
    sha256: Sha256,
    applyChecksum: false,
  });
  const headers = { host: url.host, "content-type": "application/json" };
  const request = new HttpRequest({
    method: "POST",
    protocol: "http:",
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    headers,
    body,
  });
  return {
    url,
    request,
    sign: (signingDate?: Date) => signer.sign(request, signingDate ? { signingDate } : {}),
  };
}

async function send(identity: string, body: string, change: { at?: Date; body?: string } = {}) {
  const { url, sign } = await raw(identity, body);
  const signed = await sign(change.at);
  const response = await fetch(url, { method: "POST", headers: signed.headers, body: change.body ?? body });
  return {
    status: response.status,
    body: (await response.json().catch(() => ({}))) as Record<string, unknown>,
  };
}

describe("who is not let in", () => {
  test("unsigned, wrongly signed, tampered and stale calls: 403 (A-18)", async () => {
    const url = `${local().apiUrl}/grants`;
    expect((await fetch(url, { method: "POST", body: JSON.stringify(ok) })).status).toBe(403);
    const known = local().identities["finetune-pipeline"];
    if (!known) throw new Error("no identity");
    const wrong = {
      ...local(),
      identities: { "finetune-pipeline": { ...known, secretAccessKey: `${known.secretAccessKey}x` } },
    };
    expect((await signedClient(wrong, "finetune-pipeline")("POST", "/grants", ok)).status).toBe(403);
    expect(
      (
        await send("finetune-pipeline", JSON.stringify(ok), {
          body: JSON.stringify({ ...ok, windowSeconds: 3600 }),
        })
      ).status,
    ).toBe(403);
    expect(
      (await send("finetune-pipeline", JSON.stringify(ok), { at: new Date(Date.now() - 20 * 60_000) }))
        .status,
    ).toBe(403);
  });

  test("I-07 a verified principal that the catalogue does not name: one uniform 403, whatever its headers say (A-16)", async () => {
    const iam = new IAMClient(await admin());
    const UserName = `stranger-${Date.now()}`;
    await iam.send(new CreateUserCommand({ UserName }));
    const allow = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
    };
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: "call", PolicyDocument: JSON.stringify(allow) }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const call = signedClient({ ...local(), identities: { stranger: keys } }, "stranger");
    const spoofed = {
      "x-amzn-iam-arn": "arn:aws:iam::000000000000:user/latchkey-example-finetune-pipeline",
      "x-forwarded-user": "finetune-pipeline",
    };
    for (const [method, path] of [
      ["GET", "/catalogue"],
      ["GET", "/grants"],
      ["POST", "/grants"],
    ] as const) {
      const answer = await call(method, path, method === "POST" ? ok : undefined, spoofed);
      expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    }
  });

  test("a person may not ask, and an agent may not ask for another environment's data", async () => {
    expect((await as("priya")("POST", "/grants", ok)).body).toMatchObject({
      error: { code: "not_your_role" },
    });
    const denied = await as("support-assistant")("POST", "/grants", ok);
    expect(denied).toMatchObject({
      status: 403,
      body: { error: { code: "policy_denied", details: { rules: [{ id: "environments-do-not-cross" }] } } },
    });
    const { id } = (denied.body as { error: { details: { id: string } } }).error.details;
    expect((await as("support-assistant")("GET", `/grants/${id}`)).body).toMatchObject({ status: "DENIED" });
  });
});

const bad: [string, string, Record<string, unknown>][] = [
  ["an unknown resource", "resource", { resource: "nothing" }],
  ["an access that is not offered", "access", { access: "write" }],
  ["an access that does not exist", "access", { access: "s3:GetObject" }],
  ["a window of 0", "windowSeconds", { windowSeconds: 0 }],
  ["a negative window", "windowSeconds", { windowSeconds: -60 }],
  ["a fractional window", "windowSeconds", { windowSeconds: 60.5 }],
  ["a window above the cap", "windowSeconds", { windowSeconds: 3601 }],
  ["a window beyond all", "windowSeconds", { windowSeconds: 43_201 }],
  ["an empty scope", "scope", { scope: {} }],
  ["an empty prefix", "scope.prefix", { scope: { prefix: "" } }],
  ["a scope that climbs", "scope.prefix", { scope: { prefix: "../manifests/" } }],
  ["a wildcard", "scope.prefix", { scope: { prefix: "2026*" } }],
  ["a question mark", "scope.prefix", { scope: { prefix: "202?/" } }],
  ["a policy variable", "scope.prefix", { scope: { prefix: "$" + "{aws:userid}/" } }],
  ["an encoded climb", "scope.prefix", { scope: { prefix: "%2e%2e/" } }],
  ["a scope of another kind", "scope.leadingKeys", { scope: { leadingKeys: ["a"] } }],
  ["masked reads, which do not exist", "masked", { masked: true }],
  ["a start in the past", "startsAt", { startsAt: "2020-01-01T00:00:00Z" }],
  [
    "a start too far ahead",
    "startsAt",
    { startsAt: `${new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 19)}Z` },
  ],
  ["no purpose", "purpose", { purpose: "" }],
  ["a purpose of invisible characters", "purpose", { purpose: "\u200b\u202e\u2066" }],
  ["a purpose of 8 KB", "purpose", { purpose: "x".repeat(8_000) }],
  ["a status", "status", { status: "APPROVED" }],
  ["approvers", "approvers", { approvers: ["priya"] }],
  ["a digest", "digest", { digest: "sha256:0" }],
];

describe("bad input", () => {
  test.each(bad)("%s is 400, with the path %s, and makes no grant", async (_what, path, change) => {
    const before = (
      (await as("finetune-pipeline")("GET", "/grants?limit=1")).body.grants as { id: string }[]
    )[0]?.id;
    const answer = await as("finetune-pipeline")("POST", "/grants", { ...ok, ...change });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", details: { path } } },
    });
    const after = (
      (await as("finetune-pipeline")("GET", "/grants?limit=1")).body.grants as { id: string }[]
    )[0]?.id;
    if (before !== undefined) expect(after).toBeDefined();
  });

  test.each([
    ["not JSON", "{"],
    [
      "a key twice",
      `{"resource":"support-conversations","resource":"claims","access":"read","windowSeconds":60,"purpose":"x"}`,
    ],
    ["too deep", `${'{"scope":'.repeat(12)}1${"}".repeat(12)}`],
    ["too big", JSON.stringify({ ...ok, purpose: "x".repeat(20_000) })],
    [
      "a prototype",
      `{"__proto__":{"masked":true},"resource":"support-conversations","access":"read","windowSeconds":60,"purpose":"x"}`,
    ],
    ["a list", "[]"],
  ])("a body that is %s is 400", async (_what, body) => {
    expect(await send("finetune-pipeline", body)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request" } },
    });
  });

  test("a scope that needs too long a policy is refused when asked, and says what to narrow", async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `2026/03/${String(index).repeat(100)}.jsonl`);
    const answer = await as("finetune-pipeline")("POST", "/grants", { ...ok, scope: { keys } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "scope_too_large", details: { path: "scope.keys" } } },
    });
  });

  test("an unknown grant, a malformed id, an unknown path and a wrong method are told apart from nothing else", async () => {
    const call = as("finetune-pipeline");
    for (const path of ["/grants/aaaaaaaaaaaaaaaa", "/grants/x"]) {
      expect((await call("GET", path)).status).toBe(404);
    }
    expect((await call("GET", "/grants/..%2F..%2Fgrants")).status).toBeGreaterThanOrEqual(403);
    expect((await call("POST", "/catalogue", {})).status).toBeGreaterThanOrEqual(400);
  });
});

test("throttled or not, a refusal leaves the API working", async () => {
  await pause(100);
  expect((await as("finetune-pipeline")("GET", "/catalogue")).status).toBe(200);
});
