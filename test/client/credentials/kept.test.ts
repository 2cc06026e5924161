import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Kept, openCache } from "../../../client/credentials/cache.ts";
import { folderPath, openFolder } from "../../../client/credentials/folder.ts";
import { askKey, keyOf } from "../../../client/credentials/key.ts";
import { withLock } from "../../../client/credentials/lock.ts";
import { claims, iso } from "../virtual-broker.ts";

const START = Date.parse("2026-11-21T09:00:00Z");
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "latchkey-kept-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const uid = process.getuid?.() ?? 0;
const world = (env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = "linux") => ({
  env,
  home,
  platform,
  uid,
});
const kept: Kept = {
  version: 1,
  grant: "aaaaaaaaaaaaaaaa",
  endsAt: iso(START + 1_800_000),
  sessionEnds: iso(START + 1_800_000),
  seenAt: START,
  told: true,
  keys: { AccessKeyId: "ASIA", SecretAccessKey: "secret", SessionToken: "token" },
};

describe("the folder", () => {
  test("is in the user's runtime folder, else where the platform has its caches", () => {
    mkdirSync(join(home, "run"));
    expect(folderPath(world({ XDG_RUNTIME_DIR: join(home, "run") }))).toBe(join(home, "run", "latchkey"));
    expect(folderPath(world({ XDG_RUNTIME_DIR: join(home, "none") }))).toBe(join(home, ".cache", "latchkey"));
    expect(folderPath(world({ XDG_RUNTIME_DIR: "run" }))).toBe(join(home, ".cache", "latchkey"));
    expect(folderPath(world({ XDG_CACHE_HOME: join(home, "c") }))).toBe(join(home, "c", "latchkey"));
    expect(folderPath(world({}, "darwin"))).toBe(join(home, "Library", "Caches", "latchkey"));
    expect(folderPath(world({ LOCALAPPDATA: join(home, "local") }, "win32"))).toBe(
      join(home, "local", "latchkey"),
    );
  });

  test("is made for nobody else to look into", () => {
    const { path = "" } = openFolder(world());
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test("is not used where it is a link, where others may look into it, and where it is somebody else's", () => {
    mkdirSync(join(home, "elsewhere"), { mode: 0o700 });
    mkdirSync(join(home, "a"));
    symlinkSync(join(home, "elsewhere"), join(home, "a", "latchkey"));
    expect(openFolder(world({ XDG_CACHE_HOME: join(home, "a") }))).toEqual({
      why: expect.stringContaining("a link"),
    });
    mkdirSync(join(home, "b", "latchkey"), { recursive: true });
    chmodSync(join(home, "b", "latchkey"), 0o750);
    expect(openFolder(world({ XDG_CACHE_HOME: join(home, "b") }))).toEqual({
      why: expect.stringContaining("chmod 700"),
    });
    expect(openFolder({ ...world({ XDG_CACHE_HOME: join(home, "c") }), uid: uid + 1 })).toEqual({
      why: expect.stringContaining("somebody else's"),
    });
    writeFileSync(join(home, "d"), "");
    expect(openFolder(world({ XDG_CACHE_HOME: join(home, "d") })).path).toBeUndefined();
  });
});

describe("what is kept", () => {
  let now = START;
  const opened = () => {
    const { path: folder = "" } = openFolder(world());
    return { folder, cache: openCache({ folder, now: () => now, uid }) };
  };
  beforeEach(() => {
    now = START;
  });

  test("is read as it was written, from a file for its owner's eyes only", () => {
    const { cache, folder } = opened();
    cache.write("key", kept);
    expect(cache.read("key")).toEqual(kept);
    expect(readdirSync(folder)).toEqual(["key.json"]);
    expect(statSync(join(folder, "key.json")).mode & 0o777).toBe(0o600);
  });

  test("is never given once the grant or its session is over, and is deleted then", () => {
    const { cache, folder } = opened();
    cache.write("key", kept);
    cache.write("session", { ...kept, sessionEnds: iso(START + 60_000) });
    now = START + 60_000;
    expect(cache.read("session")).toBeUndefined();
    expect(cache.read("key")).toEqual(kept);
    now = START + 1_800_000;
    expect(cache.read("key")).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is deleted by whoever comes next, under whatever key, and with its grant", () => {
    const { cache, folder } = opened();
    cache.write("old", { ...kept, endsAt: iso(START + 1_000) });
    now = START + 2_000;
    cache.write("new", kept);
    expect(readdirSync(folder)).toEqual(["new.json"]);
    cache.write("other", { ...kept, grant: "bbbbbbbbbbbbbbbb" });
    cache.forgetGrant(kept.grant);
    expect(readdirSync(folder)).toEqual(["other.json"]);
  });

  test("of a process that died while it wrote is deleted by whoever comes after a minute", () => {
    const { cache, folder } = opened();
    const half = join(folder, "key.1234.new");
    writeFileSync(half, '{"keys":{"SecretAccessKey":"se', { mode: 0o600 });
    utimesSync(half, START / 1000, START / 1000);
    now = START + 59_000;
    cache.write("other", kept);
    expect(existsSync(half)).toBe(true);
    now = START + 61_000;
    cache.forgetGrant("bbbbbbbbbbbbbbbb");
    expect(readdirSync(folder)).toEqual(["other.json"]);
  });

  test("is simply not kept where the folder went or a folder is in its place", () => {
    const { cache, folder } = opened();
    mkdirSync(join(folder, "key.json", "x"), { recursive: true });
    cache.write("key", kept);
    expect(cache.read("key")).toBeUndefined();
    expect(readdirSync(folder)).toEqual(["key.json"]);
    rmSync(folder, { recursive: true });
    cache.write("key", kept);
    cache.forgetGrant(kept.grant);
    cache.forget("key");
    expect(cache.read("key")).toBeUndefined();
  });

  test("is not believed when it is broken, a link, or readable by others", () => {
    const { cache, folder } = opened();
    const path = join(folder, "key.json");
    writeFileSync(path, '{"version":1}', { mode: 0o600 });
    expect(cache.read("key")).toBeUndefined();
    writeFileSync(join(home, "planted"), JSON.stringify(kept), { mode: 0o600 });
    symlinkSync(join(home, "planted"), path);
    expect(cache.read("key")).toBeUndefined();
    expect(existsSync(join(home, "planted"))).toBe(true);
    writeFileSync(path, JSON.stringify(kept), { mode: 0o600 });
    chmodSync(path, 0o644);
    expect(cache.read("key")).toBeUndefined();
  });
});

describe("the key", () => {
  const place = { url: "https://x", region: "us-east-1", source: "test" };

  test("differs by broker, by who asks, and by what is asked", () => {
    const keys = [
      keyOf(place, {}, claims),
      keyOf({ ...place, url: "https://y" }, {}, claims),
      keyOf({ ...place, awsProfile: "agent" }, {}, claims),
      keyOf(place, { AWS_PROFILE: "agent-2" }, claims),
      keyOf(place, { AWS_ACCESS_KEY_ID: "AKIA" }, claims),
      keyOf({ ...place, credentials: { accessKeyId: "AKIA", secretAccessKey: "s" } }, {}, claims),
      keyOf(place, {}, { ...claims, windowSeconds: 60 }),
      keyOf(place, {}, { grant: "aaaaaaaaaaaaaaaa" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf(place, { HOME: "/x" }, { ...claims })).toBe(keys[0]);
  });

  test("differs by whose files say who asks, and by the machine or container that has a role of its own", () => {
    const at = (...here: string[]) => keyOf(place, {}, claims, here);
    const keys = [at("/home/a", "one"), at("/home/b", "one"), at("/home/a", "two")];
    expect(new Set(keys).size).toBe(3);
    const session = { AWS_ROLE_SESSION_NAME: "another" };
    expect(keyOf(place, session, claims)).not.toBe(keyOf(place, {}, claims));
    expect(keyOf(place, {}, claims)).toBe(keyOf(place, {}, claims, [homedir(), hostname()]));
  });

  test("of an ask is the same for a minute", () => {
    expect(askKey(claims, START)).toBe(askKey({ ...claims }, START + 59_000));
    expect(askKey(claims, START)).not.toBe(askKey(claims, START + 60_000));
    expect(askKey(claims, START)).not.toBe(askKey({ ...claims, access: "list" }, START));
  });
});

describe("the lock", () => {
  const quick = { now: Date.now, pause: () => new Promise<void>((done) => setTimeout(done, 1)) };

  test("lets one after the other in", async () => {
    const path = join(home, "lock");
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await quick.pause();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(quick, path, work)));
    expect(most).toBe(1);
    expect(readdirSync(home)).toEqual([]);
  });

  test("is let go when the work fails", async () => {
    const path = join(home, "lock");
    await expect(withLock(quick, path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(path)).toBe(false);
  });

  test("of a holder that has not been heard of for ten seconds is taken", async () => {
    const path = join(home, "lock");
    writeFileSync(path, "dead");
    const old = new Date(Date.now() - 11_000);
    utimesSync(path, old, old);
    expect(await withLock(quick, path, async () => readFileSync(path, "utf8"))).not.toBe("dead");
    expect(readdirSync(home)).toEqual([]);
  });

  test("that a holder left in the future, before the clock was set back, is taken too", async () => {
    const path = join(home, "lock");
    writeFileSync(path, "dead");
    const ahead = new Date(Date.now() + 3_600_000);
    utimesSync(path, ahead, ahead);
    expect(await withLock(quick, path, async () => "work")).toBe("work");
    expect(readdirSync(home)).toEqual([]);
  });

  test("that cannot be had keeps nobody from work", async () => {
    expect(await withLock(quick, join(home, "no-folder", "lock"), async () => "work")).toBe("work");
  });

  test("that is taken away while it is held ends nothing", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const path = join(home, "lock");
      const work = async () => {
        rmSync(path);
        mkdirSync(path); // which can neither be read nor be beaten
        vi.advanceTimersByTime(10_000);
        return "work";
      };
      expect(await withLock(quick, path, work)).toBe("work");
    } finally {
      vi.useRealTimers();
    }
  });

  test("is waited for no longer than somebody wants", async () => {
    const path = join(home, "lock");
    writeFileSync(path, "held");
    const pause = async (_ms: number, signal?: AbortSignal) => signal?.throwIfAborted();
    const waiting = withLock(
      { now: Date.now, pause },
      path,
      async () => 1,
      AbortSignal.abort(new Error("stop")),
    );
    await expect(waiting).rejects.toThrow("stop");
    expect(readFileSync(path, "utf8")).toBe("held");
  });
});
