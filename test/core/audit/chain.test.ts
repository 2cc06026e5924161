import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkChain } from "../../../functions/core/audit/chain.ts";
import type { AuditEvent } from "../../../functions/core/audit/event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import { canonicalJson, sha256Hex } from "../../../functions/core/canonical.ts";
import { sealAsIs } from "../../fakes/events.ts";

const GRANT = "abcdefgh234567ab";
const OTHER = "zzzzzzzz234567ab";
const LIFE: EventType[] = [
  "grant.requested",
  "grant.approved",
  "grant.attempt_claimed",
  "grant.activated",
  "grant.ended",
];
type Kept = { body: string; hash: string };

function chainOf(grant: string, from = "agent"): Kept[] {
  let previous: string | null = null;
  return LIFE.map((type, index) => {
    const { body, hash } = sealAsIs({
      v: 1,
      id: `${grant}-${String(index + 1).padStart(6, "0")}`,
      type,
      time: `2026-11-21T09:30:0${index}.000Z`,
      actor: { type: "agent", id: from },
      grant,
      chain: { sequence: index + 1, previous },
      facts: { purpose: "naïve 漢字" },
    });
    previous = hash;
    return { body, hash };
  });
}
const kept = chainOf(GRANT);
const at = (list: readonly Kept[], index: number): Kept => list[index] as Kept;
const rehashed = (body: string): Kept => ({ body, hash: sha256Hex(body) });
const changed = (index: number, change: Partial<AuditEvent>): Kept =>
  rehashed(canonicalJson({ ...(JSON.parse(at(kept, index).body) as AuditEvent), ...change }));
const replaced = (index: number, by: Kept): Kept[] => kept.with(index, by);

describe("a chain as it was kept", () => {
  test("is whole", () => {
    expect(checkChain(GRANT, kept)).toBeUndefined();
    expect(checkChain(GRANT, kept.slice(0, 1))).toBeUndefined();
  });

  test.each<[string, readonly Kept[], number, string]>([
    ["nothing is kept", [], 1, "chain is empty"],
    [
      "the hash is another",
      replaced(1, { ...at(kept, 1), hash: "0".repeat(64) }),
      2,
      "body does not match its hash",
    ],
    [
      "the text is another",
      replaced(2, { ...at(kept, 2), body: at(kept, 2).body.replace("agent", "agenf") }),
      3,
      "body does not match its hash",
    ],
    ["the text is no JSON", replaced(0, rehashed("{")), 1, "body is not an event"],
    ["the version is unknown", replaced(0, changed(0, { v: 2 as 1 })), 1, "body is not an event"],
    ["a field is unknown", replaced(0, changed(0, { more: 1 } as object)), 1, "body is not an event"],
    [
      "white space was added",
      replaced(0, rehashed(at(kept, 0).body.replace("{", "{ "))),
      1,
      "body is not canonical",
    ],
    [
      "a key comes twice",
      replaced(0, rehashed(at(kept, 0).body.replace("{", '{"v":1,'))),
      1,
      "body is not canonical",
    ],
    [
      "a character is escaped otherwise",
      replaced(0, rehashed(at(kept, 0).body.replace("ï", "\\u00ef"))),
      1,
      "body is not canonical",
    ],
    ["the grant is another", replaced(1, changed(1, { grant: OTHER })), 2, "event belongs elsewhere"],
    ["the id is another", replaced(1, changed(1, { id: `${GRANT}-000009` })), 2, "event belongs elsewhere"],
    ["the chain is another grant's", chainOf(OTHER), 1, "event belongs elsewhere"],
    ["the first is missing", kept.slice(1), 1, "event belongs elsewhere"],
    ["one in the middle is missing", kept.toSpliced(2, 1), 3, "event belongs elsewhere"],
    ["one comes twice", kept.toSpliced(2, 0, at(kept, 1)), 3, "event belongs elsewhere"],
    ["two are swapped", kept.with(1, at(kept, 2)).with(2, at(kept, 1)), 2, "event belongs elsewhere"],
    [
      "the sequence is another",
      replaced(1, changed(1, { chain: { sequence: 3, previous: at(kept, 0).hash } })),
      2,
      "sequence has a gap",
    ],
    [
      "there is no chain in it",
      replaced(1, changed(1, { chain: undefined } as object)),
      2,
      "sequence has a gap",
    ],
    [
      "the first has a previous one",
      replaced(0, changed(0, { chain: { sequence: 1, previous: "0".repeat(64) } })),
      1,
      "previous hash does not match",
    ],
    [
      "a fact was changed and hashed anew",
      replaced(1, changed(1, { facts: { purpose: "x" } })),
      3,
      "previous hash does not match",
    ],
    [
      "the rest is another chain's of the same grant",
      [...kept.slice(0, 2), ...chainOf(GRANT, "other").slice(2)],
      3,
      "previous hash does not match",
    ],
  ])("is not when %s", (_what, broken, sequence, problem) => {
    expect(checkChain(GRANT, broken)).toEqual({ sequence, problem });
  });

  test("a cut-off tail is not seen here: the digest's head shows it (I-50)", () => {
    expect(checkChain(GRANT, kept.slice(0, 3))).toBeUndefined();
  });

  test("I-49 any change of one character is found, at the event that was changed", () => {
    const place = fc
      .nat(LIFE.length - 1)
      .chain((index) =>
        fc.tuple(
          fc.constant(index),
          fc.nat(at(kept, index).body.length - 1),
          fc.integer({ min: 32, max: 126 }),
        ),
      );
    fc.assert(
      fc.property(place, ([index, position, code]) => {
        const { body, hash } = at(kept, index);
        fc.pre(body.charCodeAt(position) !== code);
        const flipped = body.slice(0, position) + String.fromCharCode(code) + body.slice(position + 1);
        expect(checkChain(GRANT, replaced(index, { body: flipped, hash }))).toEqual({
          sequence: index + 1,
          problem: "body does not match its hash",
        });
      }),
    );
  });

  test("I-48 a changed event that is hashed anew breaks the link after it", () => {
    fc.assert(
      fc.property(fc.nat(LIFE.length - 2), fc.string({ minLength: 1 }), (index, reason) => {
        const found = checkChain(GRANT, replaced(index, changed(index, { facts: { reason } })));
        expect(found).toEqual({ sequence: index + 2, problem: "previous hash does not match" });
      }),
    );
  });
});
