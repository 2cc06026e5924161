import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PermitError, type VerifyOptions, verifyPermit } from "../../../client/sdk/verify-permit.ts";
import { digestOf } from "../../../functions/core/canonical.ts";

const keyPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const [ours, other] = [keyPair(), keyPair()];
const jwkOf = (key: KeyObject, kid: string) => ({
  ...(key.export({ format: "jwk" }) as Record<string, unknown>),
  ...{ kid, use: "sig", alg: "ES256", nbf: 1 },
});
// Beside it the key that digests are signed with, as Latchkey publishes them.
const jwks = { keys: [jwkOf(other.publicKey, "digest-1"), jwkOf(ours.publicKey, "permit-1")] };

const NOW = 1_795_000_000;
const parameters = { template: "outage", recipients: 4200, note: "grüße" };
const claims = {
  ...{ iss: "https://latchkey.example/live", aud: "mail-gateway", sub: "support-assistant" },
  ...{ jti: "p1", grant: "abcdefghij234567", type: "send-mass-mail", policyVersion: "sha256:0" },
  ...{ parametersDigest: digestOf(parameters), iat: NOW, nbf: NOW, exp: NOW + 300 },
};
const header = { alg: "ES256", kid: "permit-1", typ: "latchkey-permit+jwt" };
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

type Made = { head?: object; body?: object; key?: KeyObject };
function made({ head = {}, body = {}, key = ours.privateKey }: Made = {}): string {
  const text = `${part({ ...header, ...head })}.${part({ ...claims, ...body })}`;
  return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
const options: VerifyOptions = {
  ...{ type: "send-mass-mail", audience: "mail-gateway", issuer: claims.iss, parameters, jwks },
  at: new Date(NOW * 1000),
};
const reason = (permit: string, more: Partial<VerifyOptions> = {}) =>
  verifyPermit(permit, { ...options, ...more }).then(
    () => "good",
    (error) => (error instanceof PermitError ? error.reason : error.kind),
  );

describe("verifyPermit", () => {
  test("tells what a good permit says, whatever the order of the parameters", async () => {
    const { note, recipients, template } = parameters;
    const permit = await verifyPermit(made(), { ...options, parameters: { note, template, recipients } });
    expect(permit).toEqual({
      ...{ id: claims.grant, permitId: "p1", type: "send-mass-mail", agent: "support-assistant" },
      ...{ audience: "mail-gateway", issuer: claims.iss, policyVersion: "sha256:0" },
      parametersDigest: claims.parametersDigest,
      ...{ notBefore: new Date(NOW * 1000), expiresAt: new Date((NOW + 300) * 1000) },
    });
  });

  const hmac = (): string => {
    const text = `${part({ ...header, alg: "HS256" })}.${part(claims)}`;
    const secret = ours.publicKey.export({ format: "pem", type: "spki" });
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const changed = (body: object): string => {
    const [head, , signature] = made().split(".");
    return `${head}.${part({ ...claims, ...body })}.${signature}`;
  };
  test.each([
    ["no algorithm", () => `${part({ ...header, alg: "none" })}.${part(claims)}.`, "malformed"],
    ["an HMAC with the public key", hmac, "malformed"],
    ["another's signature under our key's name", () => made({ key: other.privateKey }), "signature"],
    ["a key that nobody published", () => made({ head: { kid: "permit-2" } }), "key"],
    ["no key named", () => made({ head: { kid: undefined } }), "key"],
    [
      "a key that it brings itself",
      () => {
        const head = { kid: "mine", jwk: jwkOf(other.publicKey, "mine") };
        return made({ head, key: other.privateKey });
      },
      "key",
    ],
    [
      "a part that it says is critical and nobody knows",
      () => made({ head: { crit: ["x"], x: 1 } }),
      "malformed",
    ],
    ["the type of another token", () => made({ head: { typ: "JWT" } }), "malformed"],
    [
      "parameters changed after the signature",
      () => changed({ parametersDigest: digestOf({}) }),
      "signature",
    ],
    ["an end moved after the signature", () => changed({ exp: NOW + 9_000 }), "signature"],
    ["a text that is none", () => "permit", "malformed"],
    ["an endless text", () => `${made()}${"A".repeat(5_000)}`, "malformed"],
    ["no end", () => made({ body: { exp: undefined } }), "malformed"],
    ["no grant", () => made({ body: { grant: undefined } }), "malformed"],
    ["several audiences' names in one", () => made({ body: { aud: "mail-gateway,other" } }), "audience"],
    ["another type of action", () => made({ body: { type: "pay-claim" } }), "type"],
    ["another broker's name", () => made({ body: { iss: "https://elsewhere.example" } }), "issuer"],
  ])("refuses %s", async (_, permit, why) => {
    expect(await reason(permit())).toBe(why);
  });

  test("refuses other parameters, down to the type of a number", async () => {
    expect(await reason(made(), { parameters: { ...parameters, recipients: 4201 } })).toBe("parameters");
    expect(await reason(made(), { parameters: { ...parameters, recipients: "4200" } })).toBe("parameters");
    expect(await reason(made(), { parameters: { ...parameters, extra: null } })).toBe("parameters");
    expect(await reason(made(), { audience: "other" })).toBe("audience");
  });

  test("is good from its first second to its last, with no more slack than a minute", async () => {
    const at = (seconds: number, clockToleranceSeconds?: number) =>
      reason(made(), {
        at: new Date((NOW + seconds) * 1000),
        ...(clockToleranceSeconds === undefined ? {} : { clockToleranceSeconds }),
      });
    expect([await at(-6), await at(-5), await at(304), await at(305)]).toEqual([
      "not_yet",
      "good",
      "good",
      "expired",
    ]);
    expect([await at(361, 9_000), await at(300, 0), await at(299, -50)]).toEqual([
      "expired",
      "expired",
      "good",
    ]);
  });

  test("knows no key that was retired so long ago that no permit of its can be good", async () => {
    const until = (exp: number) => ({ keys: jwks.keys.map((key) => ({ ...key, exp })) });
    expect(await reason(made(), { jwks: until(NOW + 1) })).toBe("good");
    expect(await reason(made(), { jwks: until(NOW) })).toBe("key");
  });

  test("says one plain sentence for each fault, with a kind of its own for one that is over", async () => {
    const expired = await verifyPermit(made({ body: { exp: NOW - 60 } }), options).catch((error) => error);
    expect(expired).toMatchObject({ kind: "over", message: "The permit has expired: ask for a new one." });
    const wrong = await verifyPermit(made(), { ...options, audience: "other" }).catch((error) => error);
    expect(wrong).toMatchObject({ kind: "refused" });
    expect(JSON.stringify([expired, wrong])).not.toContain(made().slice(0, 20));
  });
});

describe("the keys that the issuer publishes", () => {
  let fetched = 0;
  const server = createServer((request, answer) => {
    fetched += 1;
    const isThere = request.url === "/live/.well-known/jwks.json";
    answer.writeHead(isThere ? 200 : 500, { "content-type": "application/json" }).end(JSON.stringify(jwks));
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  const from = async (issuer: string) => {
    const { jwks: _, ...rest } = options;
    return verifyPermit(made({ body: { iss: issuer } }), { ...rest, issuer });
  };

  test("are fetched once, and kept", async () => {
    expect((await from(`${origin}/live`)).id).toBe(claims.grant);
    expect((await from(`${origin}/live`)).id).toBe(claims.grant);
    expect(fetched).toBe(1);
  });

  test("that cannot be had prove nothing", async () => {
    await expect(from(`${origin}/gone`)).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("are fetched from this machine or by https, and from nowhere else", async () => {
    await expect(from("http://latchkey.example/live")).rejects.toMatchObject({ kind: "usage" });
    await expect(from("file:///etc/keys")).rejects.toMatchObject({ kind: "usage" });
  });
});
