import { describe, expect, test } from "vitest";
import { chainEventId, type SealedEvent } from "../../../../functions/core/audit/event.ts";
import { makeProof, readProof } from "../../../../functions/core/audit/verify/proof.ts";
import { canonicalJson, sha256Hex } from "../../../../functions/core/canonical.ts";
import { sealAsIs } from "../../../fakes/events.ts";
import { check, RECORD, START, signed, signer } from "./log.ts";
import { digests, log, objectOf, recordOf, withFile, without } from "./tamper.ts";

const grant = "k7m2qx4zabcd2345";
const asked = (time: number): SealedEvent =>
  sealAsIs({
    v: 1,
    id: chainEventId(grant, 1),
    type: "grant.requested",
    time: new Date(time).toISOString(),
    actor: { type: "agent", id: "support-assistant" },
    grant,
    chain: { sequence: 1, previous: null },
    facts: { status: "DENIED" },
  });
const later = { copiedAt: START + 24 * 3_600_000 };

describe("I-48 a grant that an exporter makes up", () => {
  test("does not pass because it says that it was before the record's first digest", async () => {
    const report = await check(recordOf([objectOf([asked(START - 86_400_000)])]), later);
    expect(report).toMatchObject({
      verdict: "cannot_tell",
      first: { code: "chain_too_old", place: { grant } },
    });
  });
});

describe("I-49 a copy that was made while a digest was signed", () => {
  const [last = ""] = digests.slice(-1);

  test("is in doubt, and not tampered with, when it has the event of a digest that it does not have", async () => {
    const report = await check(without(last));
    expect(report).toMatchObject({ verdict: "cannot_tell", first: { code: "digest_not_here_yet" } });
  });

  test("is tampered with when it goes on for long after", async () => {
    const report = await check(without(last), later);
    expect(report).toMatchObject({ verdict: "tampered", first: { code: "digest_announced" } });
  });
});

describe("I-49 a bucket that is read where it is", () => {
  test("is in doubt when its digests ended hours ago, though nothing in it is newer", async () => {
    const report = await check(log.files, later);
    expect(report).toMatchObject({ verdict: "cannot_tell", first: { code: "digest_late" } });
    expect((await check(log.files)).verdict).toBe("whole");
  });
});

describe("I-58 an event that was quarantined by an exporter older than it", () => {
  const moves = log.events.filter(({ event }) => event.chain);
  const [missing] = moves.filter(({ event }) => event.chain?.sequence === 2);

  test("is no gap once it was filled in from the table, in whatever hour", async () => {
    if (!missing) throw new Error("no second move");
    const id = missing.event.grant;
    const chain = moves.filter(({ event }) => event.grant === id);
    const last = chain.at(-1);
    const heads = [{ grant: id ?? "", sequence: chain.length, hash: last?.hash ?? "" }];
    const rest = objectOf(chain.filter((each) => each !== missing));
    expect((await check(recordOf([rest], heads))).first?.code).toBe("chain_gap");
    const filled = recordOf([rest, objectOf([missing]), objectOf(chain)], heads);
    expect((await check(filled)).findings).toEqual([]);
  });
});

describe("I-51 the proof of a later release", () => {
  /** A proof of one event as a later release might write it: signed all the same. */
  const proofOf = (body: string, hash = sha256Hex(body)): string => {
    const iso = (ms: number) => new Date(START + ms).toISOString();
    const about = { record: RECORD, number: 1, previous: null, from: iso(0), to: iso(3_600_000) };
    const heads = [{ grant, sequence: 1, hash }];
    const { jws } = signed(signer, { ...about, madeAt: iso(4_200_000) }, { objects: [], heads });
    return makeProof(grant, [{ body }], { jws, heads });
  };
  const { event } = asked(START);

  test.each([
    ["a fact of a shape", { ...event, facts: { ...event.facts, colour: { of: "green" } } }],
    ["a type", { ...event, type: "grant.frozen" }],
    ["a version", { ...event, v: 2 }],
  ])("with %s that this one does not know is in doubt, and not broken", (_, strange) => {
    const read = readProof(proofOf(canonicalJson(strange)), [signer]);
    expect(read).toMatchObject({ ok: false, problem: "unknown_event" });
  });

  test("with one more fact is proven: nothing that is known here means less by it", () => {
    const read = readProof(proofOf(canonicalJson({ ...event, facts: { ...event.facts, colour: "green" } })), [
      signer,
    ]);
    expect(read).toMatchObject({ ok: true, events: [{ facts: { colour: "green" } }] });
  });

  test("is broken when the digest did not sign it", () => {
    const strange = canonicalJson({ ...event, type: "grant.frozen" });
    expect(readProof(proofOf(strange, asked(START).hash), [signer])).toMatchObject({
      ok: false,
      problem: "broken_chain",
    });
  });
});

test("a file that a desktop puts into every folder is no part of the record", async () => {
  const report = await check(withFile("events/dt=2026-11-21/.DS_Store", "Bud1"));
  expect(report).toMatchObject({ verdict: "whole", findings: [{ code: "unexpected_file" }] });
});
