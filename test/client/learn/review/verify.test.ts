import { describe, expect, it } from "vitest";
import type { RecordedGrant } from "../../../../client/learn/record/grant.ts";
import type { Given } from "../../../../client/learn/review/finding.ts";
import { SIGN, signParameters } from "../../../../client/learn/review/manifest.ts";
import { verifiedLines } from "../../../../client/learn/review/show.ts";
import { verifyPack } from "../../../../client/learn/review/verify.ts";
import { canonicalJson } from "../../../../functions/core/canonical.ts";
import { grantNo } from "./example.ts";
import { found, manifestFor, newKey, permit, setOf, signedPack } from "./signed-example.ts";

const key = newKey();
const { keys } = setOf(key);
const pack = signedPack(key);
const { files, grants, kept } = pack;

const verified = (changes: Record<string, string | undefined> = {}, given: Partial<Given> = {}) => {
  const changed = new Map(files);
  for (const [name, text] of Object.entries(changes)) {
    if (text === undefined) changed.delete(name);
    else changed.set(name, text);
  }
  return verifyPack({ found: found(changed), keys, grants, ...given });
};
const said = ({ verdict, findings }: Awaited<ReturnType<typeof verified>>) => [
  verdict,
  ...findings.map(({ says }) => says),
];
const signature = (...[by, month, at]: [typeof key, string?, number?]): string => {
  const of = month ? signedPack(by, manifestFor(month)) : pack;
  return permit(by, SIGN, signParameters(of.manifest, of.digest), grantNo(100), at);
};

describe("a pack as it was signed", () => {
  it("holds, long after its permits are over, and says who signed it and who signed it off", async () => {
    const all = await verified();
    expect(said(all)).toEqual(["whole"]);
    expect(all.signed).toMatchObject({ agent: "access-reviewer", grant: grantNo(100) });
    expect(all.groups).toEqual([
      { group: "data-owners", state: "signed_off", by: ["ingrid"], proof: "record" },
      { group: "security", state: "not asked", by: [], proof: "record" },
    ]);
    expect(verifiedLines(all).join("\n")).toContain("data-owners signed it off: ingrid");
  });

  it("is not proved by the keys that lie in it, nor its sign-offs without the record", async () => {
    const all = await verifyPack({ found: found(files) });
    expect(said(all)).toEqual([
      "cannot_tell",
      expect.stringContaining("which proves nothing of who did"),
      expect.stringContaining("hold it to the record with --events"),
    ]);
  });

  it("is not proved where it is not signed", async () => {
    expect(said(await verified({ "signature.jwt": undefined }))).toEqual([
      "cannot_tell",
      "It is not signed: make it again with --sign.",
    ]);
  });
});

describe("a pack that is not as it was signed", () => {
  it.each([...files.keys()].filter((name) => name !== "jwks.json"))(
    "is told by any changed byte of %s",
    async (name) => {
      const text = files.get(name) ?? "";
      for (const at of [0, text.trimEnd().length >> 1, text.trimEnd().length - 2]) {
        const flipped = `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`;
        expect([name, at, (await verified({ [name]: flipped })).verdict]).toEqual([name, at, "tampered"]);
      }
    },
  );

  it.each([
    ["a missing file", { "asked.csv": undefined }, "asked.csv is missing."],
    ["no manifest", { "manifest.json": undefined }, "manifest.json is missing."],
    ["a file more", { "notes.txt": "trust me" }, "notes.txt is no part of the review: nobody signed it."],
    [
      "a sign-off of nobody's group",
      { "sign-off-privacy.json": "{}" },
      "sign-off-privacy.json is no part of the review: nobody signed it.",
    ],
    [
      "a permit without its sign-off",
      { "sign-off-data-owners.json": undefined },
      "sign-off-data-owners.json is missing beside its permit.",
    ],
    [
      "another month's signature",
      { "signature.jwt": signature(key, "2026-09") },
      "signature.jwt is of another access review.",
    ],
    [
      "a signature by another key",
      { "signature.jwt": signature(newKey()) },
      "signature.jwt is by another key than Latchkey's.",
    ],
    [
      "another key under the same id",
      { "signature.jwt": signature({ ...newKey(), kid: key.kid }) },
      "signature.jwt does not hold: what it says was changed, or another key made it.",
    ],
    [
      "a signature from before its key was in use",
      { "signature.jwt": signature(key, undefined, 1_700_000_000) },
      "signature.jwt is by a key that Latchkey did not use at that time.",
    ],
    ["no signature at all in its place", { "signature.jwt": "yes" }, "signature.jwt is no signature."],
  ] as const)("is told: %s", async (_what, changes, sentence) => {
    expect(said(await verified(changes))).toEqual(["tampered", sentence]);
  });

  it("is told by a signature of a key that was retired before", async () => {
    const next = newKey("2026-06-01T00:00:00Z");
    const retired = await verified({}, { keys: setOf(key, next).keys });
    expect(said(retired)).toContain("signature.jwt is by a key that Latchkey did not use at that time.");
  });

  it("is told by what is no plain file", async () => {
    const all = await verifyPack({ found: found(files, { "asked.csv": "a symbolic link" }), keys, grants });
    expect(said(all)).toEqual(["tampered", "asked.csv is a symbolic link: a pack has plain files alone."]);
  });

  it("is not judged when a later release made it", async () => {
    const later = (files.get("manifest.json") ?? "").replace('"v":1}', '"v":2}');
    expect(said(await verified({ "manifest.json": later }))).toEqual([
      "cannot_tell",
      "It was made by a later release: use that release's latchkey.",
    ]);
  });
});

describe("a sign-off that the record does not bear out", () => {
  const other = (over: Partial<RecordedGrant>) => {
    const grant = grants.get(grantNo(101));
    if (!grant) throw new Error("no sign-off");
    return new Map(grants).set(grant.id, { ...grant, ...over });
  };
  const moves = grants.get(grantNo(101))?.moves ?? [];
  const rewritten = (by: (move: (typeof moves)[number]) => (typeof moves)[number] | undefined) =>
    moves.flatMap((move) => by(move) ?? []);
  const differ = (members: string, line: string): string =>
    `sign-off-data-owners.json and the record differ in ${members}: by the record, data-owners ${line}.`;
  const over = "did not answer in time";
  const unknown = `The record knows no grant ${grantNo(101)} by which data-owners was asked for this review.`;

  it.each([
    ["of which it knows nothing", new Map([...grants].filter(([id]) => id !== grantNo(101))), unknown],
    [
      "that was asked for another manifest",
      other({ scope: { parameters: canonicalJson({ ...kept, manifest: `sha256:${"2".repeat(64)}` }) } }),
      unknown,
    ],
    ["that is of another action", other({ resource: "publish-summary" }), unknown],
    ["that nobody was asked for", other({ plan: [] }), differ("state", over)],
    [
      "that needed nobody",
      other({ plan: [{ stage: 1, group: "data-owners", quorum: 0 }] }),
      differ("state", over),
    ],
    [
      "that another group was asked for",
      other({
        plan: [{ stage: 1, group: "security", quorum: 1 }],
        moves: rewritten((move) => (move.group ? { ...move, group: "security" } : move)),
      }),
      differ("state", over),
    ],
    [
      "by somebody of another group",
      other({ moves: rewritten((move) => (move.group ? { ...move, group: "security" } : move)) }),
      differ("state", over),
    ],
    [
      "by somebody else",
      other({
        moves: rewritten((move) => (move.group ? { ...move, actor: { type: "person", id: "kwame" } } : move)),
      }),
      differ("approved", "signed it off: kwame"),
    ],
    [
      "by an agent",
      other({
        moves: rewritten((move) => (move.group ? { ...move, actor: { type: "agent", id: "ingrid" } } : move)),
      }),
      differ("state, approved", over),
    ],
    ["by too few", other({ plan: [{ stage: 1, group: "data-owners", quorum: 2 }] }), differ("state", over)],
    [
      "that waits for another stage",
      other({
        plan: [
          { stage: 1, group: "data-owners", quorum: 1 },
          { stage: 2, group: "security", quorum: 1 },
        ],
      }),
      differ("state", over),
    ],
    [
      "that was never approved",
      other({ moves: rewritten((move) => (move.type === "grant.approved" ? undefined : move)) }),
      differ("state, approved", over),
    ],
    [
      "that was rejected",
      other({ moves: rewritten((move) => (move.group ? { ...move, type: "grant.rejected" } : move)) }),
      differ("state, approved, rejected", "REJECTED it: ingrid"),
    ],
  ] as const)("is told: one %s", async (_what, recorded, sentence) => {
    const all = await verified({}, { grants: recorded });
    expect(said(all)).toEqual(["tampered", sentence]);
    expect(all.groups[0]).toMatchObject({ proof: "record" });
    if (!sentence.includes("signed it off")) expect(all.groups[0]?.state).not.toBe("signed_off");
  });

  const [word = { person: "", at: "" }] = kept.approved;
  const signedOff = "signed it off: ingrid";
  it.each([
    ["at another time", { approved: [{ ...word, at: "2026-11-02T08:00:00.000Z" }] }, "approved", signedOff],
    ["with words that nobody said", { approved: [{ ...word, comment: "All right" }] }, "approved", signedOff],
    ["with one person more", { approved: [word, { ...word, person: "kwame" }] }, "approved", signedOff],
    ["with nobody's yes", { approved: [] }, "approved", signedOff],
    ["as not answered in time", { state: "over" }, "state", signedOff],
    ["as rejected", { state: "rejected", rejected: word }, "state, rejected", signedOff],
    [
      "as waiting, with a yes that was never given",
      { state: "waiting", approved: [{ ...word, person: "kwame" }] },
      "state, approved",
      signedOff,
    ],
  ])("is told: one that is kept %s", async (_what, changes, members, line) => {
    const text = canonicalJson({ ...kept, ...changes });
    const all = await verified({ "sign-off-data-owners.json": text });
    expect(said(all)).toEqual(["tampered", differ(members, line)]);
    expect(all.groups[0]).toEqual({
      ...{ group: "data-owners", state: "signed_off", by: ["ingrid"], proof: "record" },
    });
  });

  it("holds one that was kept before it was answered, and tells the answer by the record", async () => {
    for (const approved of [[], kept.approved]) {
      const all = await verified({
        "sign-off-data-owners.json": canonicalJson({ ...kept, state: "waiting", approved }),
      });
      expect(said(all)).toEqual(["whole"]);
      expect(all.groups[0]).toMatchObject({ state: "signed_off", by: ["ingrid"] });
    }
  });

  const without = { "sign-off-data-owners.json": undefined, "sign-off-data-owners.jwt": undefined };
  it("tells by the record what became of one that is not in the pack", async () => {
    const all = await verified(without);
    expect(said(all)).toEqual(["whole"]);
    expect(all.groups[0]).toMatchObject({ state: "signed_off", by: ["ingrid"], proof: "record" });
    const no = other({
      moves: rewritten((move) => (move.group ? { ...move, type: "grant.rejected" } : move)),
    });
    expect((await verified(without, { grants: no })).groups[0]).toMatchObject({
      ...{ state: "rejected", by: ["ingrid"] },
    });
  });

  it("tells the last answer where a group was asked more than once, and no ask that nobody answered", async () => {
    const first = grants.get(grantNo(101));
    if (!first) throw new Error("no sign-off");
    const again = (askedAt: number, type?: string) =>
      new Map(grants).set(grantNo(102), {
        ...{ ...first, id: grantNo(102), askedAt },
        moves: moves.flatMap((move) => (move.group ? (type ? { ...move, type } : []) : move)),
      });
    const state = async (recorded: ReadonlyMap<string, RecordedGrant>) =>
      (await verified({}, { grants: recorded })).groups[0]?.state;
    expect(await state(again(first.askedAt + 1, "grant.rejected"))).toBe("rejected");
    expect(await state(again(first.askedAt - 1, "grant.rejected"))).toBe("signed_off");
    expect(await state(again(first.askedAt + 1))).toBe("signed_off");
  });

  it.each([
    ["a no beside a yes", { rejected: { person: "kwame", at: "2026-11-03T08:00:00.000Z" } }],
    ["rejected by nobody", { state: "rejected" }],
  ])("is not as one is kept: %s", async (_what, changes) => {
    expect(
      said(await verified({ "sign-off-data-owners.json": canonicalJson({ ...kept, ...changes }) })),
    ).toEqual(["tampered", "sign-off-data-owners.json is not as one is kept."]);
  });

  it("is told: a signature that the record does not know", async () => {
    const without = new Map([...grants].filter(([id]) => id !== grantNo(100)));
    expect(said(await verified({}, { grants: without }))).toEqual([
      "tampered",
      `The record knows no grant ${grantNo(100)} by which this review was signed.`,
    ]);
  });

  it("is of another review when its manifest is another's", async () => {
    const text = canonicalJson({ ...kept, month: "2026-09" });
    expect(said(await verified({ "sign-off-data-owners.json": text }))).toEqual([
      "tampered",
      "sign-off-data-owners.json is of another access review.",
    ]);
  });
});

it("says on a terminal nothing of what a pack would have it do", async () => {
  const all = await verified({
    "sign-off-security.json": canonicalJson({ ...kept, ownerGroup: "security" }),
    "\u001b[2Jx": "",
  });
  expect(verifiedLines(all).join("")).not.toContain("\u001b[2J");
});
