import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../../client/cli.ts";
import { checkPlace, putInPack, writePack } from "../../../../client/learn/review/write-pack.ts";
import { projectRoot } from "../../../../local/paths.ts";

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
    ["a month that has not begun", ["--month", "2099-01"], 64, "2099-01 has not begun."],
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
      65,
      expect.stringContaining("it does not exist"),
    ]);
    said = [];
    expect(await made(join(place, "nowhere"), policy)).toEqual([
      2,
      `${join(place, "nowhere")} is no folder.`,
    ]);
    said = [];
    expect(await made(place, policy)).toEqual([
      72,
      expect.stringContaining("The record has no ask in January 2026"),
    ]);
    expect(readdirSync(place)).toEqual([]);
  });

  it("verifies nothing that is no folder, and no pack", async () => {
    expect(await review("verify", join(place, "nowhere"))).toMatchObject([
      2,
      expect.stringContaining("is no folder"),
    ]);
    said = [];
    expect(await review("verify", place, "--jwks", join(place, "none"))).toEqual([
      2,
      `${join(place, "none")} cannot be read.`,
    ]);
    writeFileSync(join(place, "keys"), "{}");
    said = [];
    expect(await review("verify", place, "--jwks", join(place, "keys"))).toMatchObject([
      2,
      expect.stringContaining("has no keys as Latchkey publishes them"),
    ]);
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
  });

  it("is not there at all when one file of it cannot be", () => {
    const broken = new Map([...files, ["no/such/folder", "c"]]);
    expect(() => writePack(join(place, "pack"), broken)).toThrow("cannot be written");
    expect(readdirSync(place)).toEqual([]);
  });
});
