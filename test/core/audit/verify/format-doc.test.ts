import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicKeyOf } from "../../../../functions/core/audit/digest.ts";
import { problems } from "../../../../functions/core/audit/verify/finding.ts";
import { readProof } from "../../../../functions/core/audit/verify/proof.ts";
import { check } from "./log.ts";

const doc = readFileSync(join(import.meta.dirname, "../../../../docs/audit-format.md"), "utf8");
const blocks = new Map(
  [...doc.matchAll(/```\w+ ([^\n]+)\n([\s\S]*?)\n```/g)].map(([, name = "", text = ""]) => [name, text]),
);
const block = (name: string): string => blocks.get(name) ?? expect.fail(`no block ${name}`);
const json = (name: string) => JSON.parse(block(name));

// From here to the first test: what somebody writes who has read the page, with nothing of ours.
type Json = string | number | boolean | null | Json[] | { [member: string]: Json };
const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(",")}}`;
};
const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const rootOf = (leaves: string[]): Buffer => {
  if (leaves.length === 0) return sha256("");
  if (leaves.length === 1) return sha256(Uint8Array.of(0), leaves[0] ?? "");
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
};
const climb = (leaf: string, index: number, size: number, path: string[]): Buffer => {
  if (size === 1) return sha256(Uint8Array.of(0), leaf);
  let split = 1;
  while (split * 2 < size) split *= 2;
  const sibling = Buffer.from(path.at(-1) ?? "", "hex");
  return index < split
    ? sha256(Uint8Array.of(1), climb(leaf, index, split, path.slice(0, -1)), sibling)
    : sha256(Uint8Array.of(1), sibling, climb(leaf, index - split, size - split, path.slice(0, -1)));
};
const opened = (jws: string): { header: string; payload: string; isSigned: boolean } => {
  const [header = "", payload = "", signature = ""] = jws.split(".");
  const key = createPublicKey(block("key"));
  const text = (part: string) => Buffer.from(part, "base64url").toString("utf8");
  const isSigned = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  return { header: text(header), payload: text(payload), isSigned };
};

const digestName = [...blocks.keys()].find((name) => name.startsWith("digest ")) ?? "";

describe("the example of docs/audit-format.md, read by what the page says alone", () => {
  test("is canonical wherever it says so", () => {
    for (const [name, text] of blocks)
      if (text.startsWith("{")) expect(canonical(JSON.parse(text)), name).toBe(text);
  });

  test("has events that hash to their hashes, each in the next one", () => {
    const hashes = ["event-1", "event-2"].map((name) => sha256(block(name)).toString("hex"));
    expect(hashes.join("\n")).toBe(block("event-hashes"));
    expect(json("event-1").chain).toEqual({ previous: null, sequence: 1 });
    expect(json("event-2").chain).toEqual({ previous: hashes[0], sequence: 2 });
    expect(json("head-1")).toEqual({ grant: json("event-1").grant, sequence: 2, hash: hashes[1] });
  });

  test("has a digest that its key signed, in its place, over its lists", () => {
    const { jws, objects, heads } = json(digestName);
    expect(opened(jws)).toEqual({ header: block("header"), payload: block("statement"), isSigned: true });
    const statement = json("statement");
    expect(digestName).toBe(
      `digest digests/dt=${statement.from.slice(0, 10)}/${statement.from.slice(0, 13)}Z.json`,
    );
    expect(statement.objects).toEqual({ count: 1, root: rootOf(objects.map(canonical)).toString("hex") });
    expect(statement.heads).toEqual({ count: 2, root: rootOf(heads.map(canonical)).toString("hex") });
    expect(heads.map(canonical)).toEqual([block("head-1"), block("head-2")]);
    expect(sha256(block("statement")).toString("hex")).toBe(block("statement-hash"));
  });

  test("has a key whose thumbprint is the kid", () => {
    const { crv, kty, x, y } = createPublicKey(block("key")).export({ format: "jwk" });
    const thumbprint = sha256(JSON.stringify({ crv, kty, x, y })).toString("base64url");
    expect(json("header").kid).toBe(thumbprint);
  });

  test("has an object that is what the digest says", () => {
    const [object] = json(digestName).objects;
    const content = block("quarantined");
    const hash = sha256(content).toString("hex");
    expect(object).toMatchObject({
      key: `quarantine/dt=2026-11-21/${hash}.json`,
      sha256: hash,
      bytes: content.length,
    });
  });

  test("has a proof that leads to the signed root", () => {
    const { events, grant, digest } = json("proof");
    expect(events).toEqual([block("event-1"), block("event-2")]);
    const leaf = canonical({ grant, sequence: events.length, hash: sha256(events.at(-1)).toString("hex") });
    const statement = JSON.parse(opened(digest.jws).payload);
    expect(climb(leaf, digest.index, statement.heads.count, digest.path).toString("hex")).toBe(
      statement.heads.root,
    );
  });
});

describe("our own verifier", () => {
  const keys = [publicKeyOf(block("key"))];

  test("says the same of the example", async () => {
    expect(readProof(block("proof"), keys)).toMatchObject({ ok: true, grant: json("proof").grant });
    const [object] = json(digestName).objects;
    const files = new Map([
      [digestName.slice("digest ".length), Buffer.from(block(digestName))],
      [object.key, Buffer.from(block("quarantined"))],
    ]);
    const report = await check(files, { keys });
    // The page has no Parquet, so the events that the heads name are not there: that is seen.
    expect(report.digests).toMatchObject({ believed: 1, lastHash: block("statement-hash") });
    expect(report.findings.map(({ code }) => code)).toEqual([
      "quarantined",
      "head_not_here_yet",
      "head_not_here_yet",
    ]);
  });

  test("finds nothing that the page does not name", () => {
    for (const [code, means] of Object.entries(problems))
      expect(doc).toMatch(new RegExp(`\\| \`${code}\` \\| [^|]+ \\| ${means.replace("_", " ")} \\|`));
  });
});
