import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../../client/cli.ts";
import { madeText } from "../../../../client/learn/review/show.ts";
import {
  checkPlace,
  dropFromPack,
  putInPack,
  writePack,
} from "../../../../client/learn/review/write-pack.ts";
import { projectRoot } from "../../../../local/paths.ts";
import { newKey, signedPack } from "./signed-example.ts";

let place: string;
let said: string[];
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "latchkey-review-"));
  said = [];
  vi.spyOn(console, "error").mockImplementation((text: string) => void said.push(text));
  process.exitCode = undefined;
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(place, { recursive: true, force: true });
});

const review = async (...args: string[]) => [
  await main(["node", "latchkey", "review", ...args]),
  said.join("\n"),
];
const policy = join(projectRoot, "policy");
const month = { name: "October 2026", isOver: true };

describe("latchkey review", () => {
  it.each([
    ["nothing", [], 64, "Name the grant that broke the glass, or a month with --month 2026-10."],
    [
      "a grant without a word",
      ["a".repeat(16)],
      64,
      "Say why it was right, or what follows from it: --comment.",
    ],
    [
      "a grant and a month",
      ["a".repeat(16), "--month", "2026-10"],
      64,
      "Either a grant, or --month: not both.",
    ],
    ["what is no month", ["--month", "October"], 64, "--month October is no month; write 2026-11."],
    [
      "a month that has not begun",
      ["--month", "2099-01"],
      64,
      "--month 2099-01 has not begun: of the future there is nothing on record.",
    ],
    [
      "no record",
      ["--month", "2026-01"],
      64,
      "Name the record with --events: a copy of its bucket, or s3://….",
    ],
  ] as const)("refuses %s in a sentence", async (_what, args, code, sentence) => {
    expect(await review(...args)).toEqual([code, sentence]);
  });

  it("refuses a folder where something is, before anything is read", async () => {
    const out = join(place, "pack");
    mkdirSync(out);
    writeFileSync(join(out, "mine.txt"), "");
    const made = await review("--month", "2026-01", "--events", join(place, "nowhere"), "--out", out);
    expect(made).toEqual([64, `${out} is there already: name another folder with --out.`]);
  });

  it("says where there is no record, no policy, and no ask; and leaves no pack behind", async () => {
    const out = ["--out", join(place, "pack")];
    const made = (events: string, dir: string) =>
      review("--month", "2026-01", "--events", events, "--policy", dir, ...out);
    expect(await made(place, join(place, "none"))).toEqual([
      64,
      `There is no policy folder ${join(place, "none")}: name it with --policy.`,
    ]);
    said = [];
    expect(await made(join(place, "nowhere"), policy)).toEqual([
      2,
      `There is no folder ${join(place, "nowhere")}.`,
    ]);
    said = [];
    expect(await made(place, policy)).toEqual([2, expect.stringContaining("holds no part of a record")]);
    // Of another year, so that it is not opened.
    const day = join(place, "events/dt=2020-01-01");
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, "a.parquet"), "");
    said = [];
    expect(await made(place, policy)).toEqual([
      72,
      "The record has no ask in January 2026: name another month with --month.",
    ]);
    expect(readdirSync(place)).toEqual(["events"]);
  });

  it("verifies nothing that is no folder, and no pack", async () => {
    expect(await review("verify", join(place, "nowhere"))).toMatchObject([
      2,
      expect.stringContaining("is no folder"),
    ]);
    // What another program calls a manifest makes no pack, and no tampered one.
    for (const text of [undefined, '{"name":"web app"}']) {
      if (text) writeFileSync(join(place, "manifest.json"), text);
      said = [];
      expect(await review("verify", place)).toEqual([
        2,
        `${place} is no access review: it has no manifest.json as \`latchkey review --month\` makes one.`,
      ]);
    }
  });

  const fetched = "fetch .well-known/jwks.json of the approval API, and name that file with --jwks.";
  it("says that there are no keys where --jwks says, and asks nobody to sign off what is not signed", async () => {
    const { files } = signedPack(newKey());
    const pack = join(place, "pack");
    writePack(pack, new Map([...files].filter(([name]) => name !== "signature.jwt")));
    expect(await review("verify", pack, "--jwks", join(place, "none"))).toEqual([
      2,
      `There is no file ${join(place, "none")}: ${fetched}`,
    ]);
    writeFileSync(join(place, "keys"), "{}");
    said = [];
    expect(await review("verify", pack, "--jwks", join(place, "keys"))).toEqual([
      2,
      `${join(place, "keys")} has no keys as Latchkey publishes them: ${fetched}`,
    ]);
    said = [];
    expect(await review("sign-off", pack)).toEqual([
      2,
      `Nobody was asked. ${pack} is not signed: make it again with --sign.`,
    ]);
    expect(madeText({ out: pack, month, files: 8, isSigned: false })).toMatchObject({ next: "" });
    expect(madeText({ out: pack, month, files: 9, isSigned: true })).toMatchObject({
      next: `Next: latchkey review sign-off ${JSON.stringify(pack)}\n`,
    });
  });

  it("says of --events that the record is taken as it is, and who shows that it is whole", async () => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const pack = join(place, "pack");
    // Of another year, so that it is not opened.
    const old = join(place, "record/events/dt=2020-01-01");
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, "a.parquet"), "");
    writePack(pack, signedPack(newKey()).files);
    await review("verify", pack, "--events", join(place, "record"));
    expect(process.exitCode).toBe(1);
    expect(stderr.mock.calls.join("")).toContain("latchkey audit verify shows");
  });

  it("asks nobody to sign off what is no review", async () => {
    expect(await review("sign-off", place)).toEqual([
      2,
      `${place} is no access review: its manifest.json is not as one is made.`,
    ]);
  });
});

describe("a pack in its place", () => {
  const files = new Map([
    ["a.csv", "a"],
    ["index.html", "b"],
  ]);

  it("is whole, for its owner's eyes, and there is nothing beside it", () => {
    const out = join(place, "pack");
    mkdirSync(out);
    checkPlace(out);
    writePack(out, files);
    expect(readdirSync(place)).toEqual(["pack"]);
    expect([statSync(out).mode & 0o777, statSync(join(out, "a.csv")).mode & 0o777]).toEqual([0o700, 0o600]);
    putInPack(out, "a.csv", "later");
    expect(readdirSync(out).sort()).toEqual(["a.csv", "index.html"]);
    dropFromPack(out, "a.csv");
    dropFromPack(out, "never-there");
    expect(readdirSync(out)).toEqual(["index.html"]);
  });

  it("is not there at all when one file of it cannot be", () => {
    const broken = new Map([...files, ["no/such/folder", "c"]]);
    expect(() => writePack(join(place, "pack"), broken)).toThrow("cannot be written");
    expect(readdirSync(place)).toEqual([]);
  });
});
