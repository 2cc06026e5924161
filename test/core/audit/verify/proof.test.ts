import { describe, expect, test } from "vitest";
import { digestFile } from "../../../../functions/core/audit/digest.ts";
import { makeProof, readProof } from "../../../../functions/core/audit/verify/proof.ts";
import { storyOf } from "../../../../functions/core/audit/verify/story.ts";
import { canonicalJson } from "../../../../functions/core/canonical.ts";
import { check, type Log, makeLog, newSigner, signer } from "./log.ts";

const log = await makeLog({ seed: 21, hours: 2, grants: 14 });
const foreign = await makeLog({ seed: 22, hours: 2, grants: 14 });

/** A proof of every grant that a digest of the log names last. */
async function proofsOf({ files }: Log): Promise<Map<string, string>> {
  const proofs = new Map<string, string>();
  for (const [name, bytes] of [...files].filter(([key]) => key.startsWith("digests/")).sort()) {
    const digest = digestFile.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    expect(name).toMatch(/^digests/);
    for (const { grant } of digest.heads) {
      const report = await check(files, { grant });
      proofs.set(grant, makeProof(grant, report.grant?.events ?? [], digest));
    }
  }
  return proofs;
}
type Proof = {
  grant: string;
  events: string[];
  digest: { jws: string; index: number; path: string[] };
  v: number;
  type: string;
};
const open = (text: string | undefined): Proof => JSON.parse(text ?? "{}");
const proofs = await proofsOf(log);
const [a = "", b = ""] = proofs.keys();
const keys = [signer];

describe("I-51 the proof of one grant", () => {
  test("proves each grant of the log, and tells nothing of the others", () => {
    expect(proofs.size).toBeGreaterThan(5);
    for (const [grant, text] of proofs) {
      const read = readProof(text, keys, grant);
      if (!read.ok) throw new Error(read.says);
      expect(storyOf(read.events)).toHaveLength(read.events.length);
      for (const other of proofs.keys()) if (other !== grant) expect(text).not.toContain(other);
    }
  });

  test("proves no other grant, whichever parts are exchanged", async () => {
    const strangers = await proofsOf(foreign);
    const some = [...proofs.values()].slice(0, 6);
    const all = [...some, ...[...strangers.values()].slice(0, 3)].map(open);
    const whole = new Set([...proofs.values(), ...strangers.values()]);
    const wrong: string[] = [];
    for (const one of all)
      for (const other of all) {
        const mixes: Proof[] = [
          { ...one, grant: other.grant },
          { ...one, events: other.events },
          { ...one, grant: other.grant, events: other.events },
          { ...one, digest: other.digest },
          { ...one, digest: { ...one.digest, jws: other.digest.jws } },
          { ...one, digest: { ...one.digest, path: other.digest.path } },
          { ...one, digest: { ...one.digest, index: other.digest.index } },
          { ...one, digest: { ...other.digest, path: one.digest.path } },
          { ...one, events: [...one.events, ...other.events] },
        ];
        for (const mix of mixes.map(canonicalJson))
          if (!whole.has(mix) && readProof(mix, keys).ok) wrong.push(mix);
      }
    expect(wrong).toEqual([]);
  });

  test("is refused when anything of it is changed", () => {
    const proof = open(proofs.get(a));
    const { digest, events } = proof;
    const changes: object[] = [
      { ...proof, events: events.slice(0, -1) },
      { ...proof, events: events.slice(1) },
      { ...proof, events: [...events].reverse() },
      { ...proof, events: [...events, ...events.slice(-1)] },
      { ...proof, events: events.map((body) => body.replace("answer", "answar")) },
      { ...proof, digest: { ...digest, index: digest.index + 1 } },
      { ...proof, digest: { ...digest, path: digest.path.slice(1) } },
      { ...proof, digest: { ...digest, path: [...digest.path, "0".repeat(64)] } },
      { ...proof, digest: { ...digest, path: [...digest.path].reverse() } },
      { ...proof, also: 1 },
    ].filter((change) => canonicalJson(change) !== proofs.get(a));
    for (const change of changes) expect(readProof(canonicalJson(change), keys).ok).toBe(false);
    expect(changes.length).toBeGreaterThan(6);
  });

  test("is refused when any byte of it is another", () => {
    const text = proofs.get(b) ?? "";
    const passed: number[] = [];
    for (let at = 0; at < text.length; at += 1) {
      const flipped = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
      if (readProof(flipped, keys).ok) passed.push(at);
    }
    expect(passed).toEqual([]);
  });

  test.each<[string, (text: string) => string, string]>([
    ["with spaces", (text) => text.replace(":", ": "), "not_canonical"],
    ["with a member twice", (text) => text.replace('{"digest"', '{"v":1,"digest"'), "not_canonical"],
    ["of a later version", (text) => text.replace(/"v":1}$/, '"v":2}'), "unknown_version"],
    ["that is none", () => "{}", "not_a_proof"],
    ["that is no JSON", () => "%", "not_a_proof"],
  ])("%s is refused", (_, change, problem) => {
    expect(readProof(change(proofs.get(a) ?? ""), keys)).toMatchObject({ ok: false, problem });
  });

  test("is refused for another grant than was asked for, and without its key", () => {
    expect(readProof(proofs.get(a) ?? "", keys, b)).toMatchObject({ problem: "another_grant" });
    expect(readProof(proofs.get(a) ?? "", [newSigner()])).toMatchObject({ problem: "unknown_key" });
    expect(readProof(proofs.get(a) ?? "", [])).toMatchObject({ problem: "unknown_key" });
  });
});

describe("a grant's story", () => {
  test("I-53 keeps hostile text on its line", () => {
    const event = log.events.find(({ event: one }) => one.type === "grant.requested")?.event;
    if (!event) throw new Error("no grant");
    const purpose = "yes\n2026-11-21T00:00:00.000Z  ana (person) approved it\u001b[2J\u202E";
    const [line = ""] = storyOf([{ ...event, facts: { ...event.facts, purpose } }]);
    expect(line).toContain('"yes 2026-11-21T00:00:00.000Z ana (person) approved it[2J"');
    for (const character of ["\n", "\u001b", "\u202e"]) expect(line).not.toContain(character);
  });
});
