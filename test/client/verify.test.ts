import { execFile, execFileSync, spawn } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../client/package/bundle.ts";
import { type Log, makeLog, newSigner, signer } from "../core/audit/verify/log.ts";

const root = join(import.meta.dirname, "../..");
const place = mkdtempSync(join(tmpdir(), "latchkey-verify-"));
const events = join(place, "events-copy");
const [key, otherKey] = [join(place, "key.pem"), join(place, "other.pem")];
let log: Log;

/** The command as it will be shipped: each of many runs then starts in a quarter of the time. */
const built = join(place, "built");
const cli = join(built, "cli.js");

function write(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
type Ran = { code: number; out: string };
/** Runs the command as its users do. */
const latchkey = (...args: string[]): Promise<Ran> => latchkeyIn(root, ...args);
async function latchkeyIn(cwd: string, ...args: string[]): Promise<Ran> {
  const ran = promisify(execFile)(process.execPath, [cli, "audit", ...args], {
    env: { PATH: process.env.PATH ?? "" },
    cwd,
  });
  return ran.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      out: stdout + stderr,
    }),
  );
}
const verify = (...args: string[]) => latchkey("verify", "--events", events, ...args);

beforeAll(async () => {
  await bundle(root, built);
  write(join(built, "package.json"), '{"type":"module"}');
  // What the bundle leaves out (Cedar) is found from where it lies.
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"));
  log = await makeLog({ seed: 31, hours: 2, grants: 8 });
  for (const [name, bytes] of log.files) write(join(events, name), bytes);
  write(key, signer.pem);
  write(otherKey, newSigner().pem);
}, 60_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("latchkey audit verify, on a folder", () => {
  test("says that an untouched record is whole, up to when, and ends with 0", async () => {
    const { code, out } = await verify("--key", key);
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining("The record is whole up to "),
    });
    expect(out).toContain(`Proven up to ${log.statements.at(-1)?.to}`);
    expect(out).not.toContain("\u001b");
  });

  test("takes keys as the key set that the broker publishes, too", async () => {
    const set = join(place, "jwks.json");
    write(set, JSON.stringify({ keys: [createPublicKey(signer.pem).export({ format: "jwk" })] }));
    expect((await verify("--key", set)).code).toBe(0);
    write(set, JSON.stringify({ kid: signer.kid, pem: signer.pem })); // as it lies in the bucket
    expect((await verify("--key", set)).code).toBe(0);
    write(set, JSON.stringify({ keys: [] }));
    expect(await verify("--key", set)).toMatchObject({
      code: 2,
      out: expect.stringContaining("no public key"),
    });
  });

  test("tells what it found as JSON", async () => {
    const { code, out } = await verify("--key", key, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      verdict: "whole",
      findings: [],
      events: { read: log.events.length },
    });
  });

  test("ends with 2 without the right key, without a key, and with a file that is none", async () => {
    for (const args of [
      ["--key", otherKey],
      [],
      ["--key", join(place, "none.pem")],
      ["--key", join(events, [...log.files.keys()][0] ?? "")],
    ])
      expect((await verify(...args)).code).toBe(2);
  });

  test("ends with 2 on an empty folder and on none", async () => {
    mkdirSync(join(place, "empty"), { recursive: true });
    for (const folder of ["empty", "nowhere"])
      expect((await latchkey("verify", "--key", key, "--events", join(place, folder))).code).toBe(2);
  });

  test("ends with 64 when it is used wrongly", async () => {
    for (const args of [
      ["verify", "--key", key],
      ["verify", "--what"],
      ["verify", "--events", events, "--key", key, "--grant", "no id"],
    ])
      expect((await latchkey(...args)).code).toBe(64);
  });

  test("I-49 ends with 1 when one byte is another, and names the object", async () => {
    const name = [...log.files.keys()].find((each) => each.startsWith("events/")) ?? "";
    const bytes = Uint8Array.from(log.files.get(name) ?? []);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    write(join(events, name), bytes);
    const { code, out } = await verify("--key", key);
    write(join(events, name), log.files.get(name) ?? "");
    expect(code).toBe(1);
    expect(out).toContain(name);
    expect(out).not.toContain("Last digest");
  });

  test("I-50 takes a digest that was held elsewhere: as its hash, as a JWS, as a file, in a mail", async () => {
    const jws = log.jws[1] ?? "";
    const hash = `sha256:${JSON.parse((await verify("--key", key, "--json")).out).digests.lastHash}`;
    write(join(place, "mail.txt"), `Digest 2\n\n${jws}\n\nKeep this mail.\n`);
    const file = [...log.files.keys()].filter((each) => each.startsWith("digests/")).sort()[1] ?? "";
    for (const held of [hash, jws, join(place, "mail.txt"), join(events, file)])
      expect((await verify("--key", key, "--digest", held)).code).toBe(0);
    const other = await verify("--key", key, "--digest", `sha256:${"0".repeat(64)}`);
    expect({ code: other.code, out: other.out }).toMatchObject({
      code: 1,
      out: expect.stringContaining("held_missing"),
    });
    expect((await verify("--key", key, "--digest", join(place, "key.pem"))).code).toBe(2);
  });

  test("I-49 ends with 1 although nobody reads what it says", async () => {
    const name = [...log.files.keys()].find((each) => each.startsWith("events/")) ?? "";
    write(join(events, name), "another");
    const args = [cli, "audit", "verify", "--events", events, "--key", key];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on("exit", resolve));
    write(join(events, name), log.files.get(name) ?? "");
    expect(code).toBe(1);
  });

  test("I-50 takes a digest from a file with two dots in its name", async () => {
    const held = join(place, "held.digest.json");
    const file = [...log.files.keys()].filter((each) => each.startsWith("digests/")).sort()[1] ?? "";
    write(held, log.files.get(file) ?? "");
    const ran = await latchkeyIn(
      place,
      "verify",
      "--events",
      events,
      "--key",
      key,
      "--digest",
      basename(held),
    );
    expect(ran).toMatchObject({ code: 0 });
    const args = ["--proof", held, "--key", key, "--digest", held];
    expect((await latchkey("verify", ...args)).code).toBe(64);
  });

  test("a folder that is too deep to be read is named, and a name is never a command to the terminal", async () => {
    const copy = join(place, "hostile");
    cpSync(events, copy, { recursive: true });
    write(join(copy, "events/dt=2026-11-21/\u001b[2J\u009b31m\u202e\nx"), "x");
    execFileSync("bash", [
      "-c",
      'cd "$0" && for i in {1..25}; do mkdir "$1" && cd "$1"; done',
      copy,
      "d".repeat(200),
    ]);
    const args = ["verify", "--events", copy, "--key", key];
    const [told, json] = [await latchkey(...args), await latchkey(...args, "--json")];
    // Node cannot take away what it cannot name.
    execFileSync("rm", ["-rf", copy]);
    expect([told.code, json.code]).toEqual([1, 1]);
    expect(told.out).toContain("a folder that cannot be read");
    expect(JSON.parse(json.out).findings.map((each: { code: string }) => each.code)).toContain("odd_file");
    for (const { out } of [told, json]) expect(out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  test("does not follow a link", async () => {
    const link = join(events, "events/dt=2026-11-21/link.parquet");
    symlinkSync(key, link);
    const { code, out } = await verify("--key", key);
    rmSync(link);
    expect({ code, out }).toMatchObject({ code: 2, out: expect.stringContaining("a symbolic link") });
  });
});

describe("the proof of one grant", () => {
  test("I-51 is written from a whole record, is checked without it, and tells the grant's story", async () => {
    const heads = JSON.parse(
      readFileSync(
        join(events, [...log.files.keys()].filter((each) => each.startsWith("digests/")).sort()[1] ?? ""),
        "utf8",
      ),
    ).heads as { grant: string }[];
    const [grant = "", other = ""] = heads.map((head) => head.grant);
    const proof = join(place, "proof.json");
    const made = await latchkey("prove", "--events", events, "--grant", grant, "--key", key, "--out", proof);
    expect(made).toMatchObject({ code: 0 });
    expect(
      (await latchkey("prove", "--events", events, "--grant", grant, "--key", key, "--out", proof)).code,
    ).toBe(3);
    const read = await latchkey("verify", "--proof", proof, "--key", key, "--grant", grant);
    expect(read).toMatchObject({ code: 0, out: expect.stringContaining("asked to read claims") });
    expect(read.out).not.toContain(other);
    expect((await latchkey("verify", "--proof", proof, "--key", key, "--grant", other)).code).toBe(1);
    expect((await latchkey("verify", "--proof", proof, "--key", otherKey)).code).toBe(2);
    expect(
      (
        await latchkey(
          "prove",
          "--events",
          events,
          "--grant",
          "aaaaaaaaaaaaaaaa",
          "--key",
          key,
          "--out",
          `${proof}2`,
        )
      ).code,
    ).toBe(2);
  });
});
