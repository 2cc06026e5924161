import { randomBytes } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { openSeal, session } from "../../../functions/aws/seal.ts";
import { useEndpoint } from "./endpoint.ts";

const kms = useEndpoint("KMS");
const KEY = "arn:aws:kms:us-east-1:123456789012:key/1";
const context = { grant: "aaaaaaaaaaaaaaab", agent: "finetune-pipeline", attempt: "1" };
const plain = {
  accessKeyId: "ASIAXXXXXXXXXXXXXXXX",
  secretAccessKey: "s".repeat(40),
  sessionToken: "t".repeat(1_500),
};
const extra = { attempt: 1, expiration: "2026-11-21T09:45:00Z" };
const dataKey = randomBytes(32).toString("base64");
const json = { "content-type": "application/x-amz-json-1.1" };

beforeEach(() => {
  kms.answer = {
    status: 200,
    headers: json,
    body: JSON.stringify({
      KeyId: KEY,
      Plaintext: dataKey,
      CiphertextBlob: Buffer.from("wrapped").toString("base64"),
    }),
  };
});

it("opens what it closed, both under the whole context (I-09)", async () => {
  const seal = openSeal(KEY, session);
  const closed = await seal.close(plain, context);
  expect(await seal.open({ ...closed, ...extra }, context)).toEqual(plain);
  expect(JSON.stringify(closed)).not.toContain("ssss");
  const asked = kms.received.slice(-2).map(({ target, body }) => ({ target, ...JSON.parse(body) }));
  expect(asked).toMatchObject([
    { target: "TrentService.GenerateDataKey", KeySpec: "AES_256", EncryptionContext: context },
    { target: "TrentService.Decrypt", KeyId: KEY, EncryptionContext: context },
  ]);
});

it.each(["grant", "agent", "attempt"] as const)(
  "does not open for another %s, even if KMS would",
  async (name) => {
    const seal = openSeal(KEY, session);
    const closed = await seal.close(plain, context);
    await expect(seal.open({ ...closed, ...extra }, { ...context, [name]: "other" })).rejects.toThrow();
  },
);

it.each(["data", "nonce", "tag"] as const)("does not open when its %s was changed", async (part) => {
  const seal = openSeal(KEY, session);
  const closed = await seal.close(plain, context);
  const changed = `${closed[part].startsWith("A") ? "B" : "A"}${closed[part].slice(1)}`;
  await expect(seal.open({ ...closed, ...extra, [part]: changed }, context)).rejects.toThrow();
  expect(await seal.open({ ...closed, ...extra }, context)).toEqual(plain);
});

it("does not open with a tag cut short", async () => {
  const seal = openSeal(KEY, session);
  const closed = await seal.close(plain, context);
  const tag = Buffer.from(closed.tag, "base64").subarray(0, 4).toString("base64");
  await expect(seal.open({ ...closed, ...extra, tag }, context)).rejects.toThrow();
});

it("seals the same twice as two different texts", async () => {
  const seal = openSeal(KEY, session);
  const [one, two] = [await seal.close(plain, context), await seal.close(plain, context)];
  expect(one.nonce).not.toBe(two.nonce);
  expect(one.data).not.toBe(two.data);
});

it("gives nothing when KMS refuses (I-08)", async () => {
  const seal = openSeal(KEY, session);
  kms.answer = {
    status: 400,
    headers: json,
    body: JSON.stringify({ __type: "DisabledException", message: "no" }),
  };
  await expect(seal.close(plain, context)).rejects.toThrow();
});
