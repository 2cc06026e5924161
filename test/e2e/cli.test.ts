import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../client/exit.ts";
import { projectRoot } from "../../local/paths.ts";
import { cli } from "./latchkey.ts";
import { admin, as, eventually, inState, local, look, pause, type View } from "./world.ts";

const place = mkdtempSync(join(tmpdir(), "latchkey-cli-"));
const home = join(place, "home");

beforeAll(() => void mkdirSync(home));
afterAll(() => rmSync(place, { recursive: true, force: true }));

type Ran = { code: number | null; out: string; err: string };
type World = { cwd?: string; env?: Record<string, string>; node?: string[] };

/** Starts the command as a user of an empty home does; nothing of this process's environment is seen by it. */
function start(words: string[], { cwd = projectRoot, env = {}, node = [] }: World = {}) {
  const child: ChildProcess = spawn(process.execPath, [...node, cli, ...words], {
    cwd,
    env: {
      ...{ PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: "true" },
      ...{ LATCHKEY_HOME: process.env.LATCHKEY_HOME, ...env },
    },
  });
  let [out, err] = ["", ""];
  child.stdout?.on("data", (part) => {
    out += part;
  });
  child.stderr?.on("data", (part) => {
    err += part;
  });
  const done = new Promise<Ran>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
  return { child, done, err: () => err };
}
const latchkey = (...words: string[]): Promise<Ran> => start(words).done;

/** What it printed as JSON, when it ended well. */
async function json<T>(...words: string[]): Promise<T> {
  const { code, out, err } = await latchkey(...words, "--json");
  if (code !== 0) throw new Error(`${words.join(" ")}: ${code} ${err}`);
  return JSON.parse(out) as T;
}

const AGENT = ["--as", "support-assistant"];
const ASK = [
  "request",
  "claims",
  "read",
  "--prefix",
  "2026/",
  "--window",
  "5m",
  "--purpose",
  "e2e",
  ...AGENT,
];
const pending = (): Promise<View> => json("request", ...ASK.slice(1), "--no-wait");

describe("an agent", () => {
  test("asks and gets, sees how it stands, and gives it back until it is proven that it works no more", async () => {
    const wanted = ["product-docs", "read", "--window", "5m", "--purpose", "e2e"];
    const grant = await json<View>("request", ...wanted, ...AGENT);
    expect(grant.status).toBe("ACTIVE");
    const status = await latchkey("status", grant.id, ...AGENT);
    expect(status).toMatchObject({ code: 0, out: expect.stringContaining("grant.activated") });
    const { grants } = await json<{ grants: View[] }>("list", "--limit", "50", ...AGENT);
    expect(grants.map(({ id }) => id)).toContain(grant.id);
    const released = await json<View>("release", grant.id, "--wait", ...AGENT);
    expect(released.status).toBe("REVOKED");
    expect(await latchkey("extend", grant.id, "--window", "5m", ...AGENT)).toMatchObject({
      code: expect.toSatisfy((code) => code === exitCodes.over || code === exitCodes.conflict),
    });
  });

  test("sees beforehand what would be decided, and of a no what would pass, as a command that passes", async () => {
    const write = ["training-manifests", "write", "--window", "10m", "--purpose", "e2e"];
    const foreseen = await latchkey("request", ...write, "--dry-run", "--as", "finetune-pipeline");
    expect(foreseen).toMatchObject({ code: 0, out: expect.stringContaining("1 of ml-platform") });
    const tooLong = ["training-manifests", "write", "--window", "50m", "--purpose", "it's e2e"];
    const denied = await latchkey("request", ...tooLong, "--as", "finetune-pipeline");
    expect(denied).toMatchObject({ code: exitCodes.denied, err: expect.stringContaining("write-at-home") });
    const line = /^ +latchkey (request .*)$/m.exec(denied.err)?.[1] ?? "";
    const pasted = spawn("sh", ["-c", `"$0" "$1" ${line} --json --dry-run`, process.execPath, cli], {
      cwd: projectRoot,
      env: { PATH: process.env.PATH, HOME: home, LATCHKEY_HOME: process.env.LATCHKEY_HOME },
    });
    let out = "";
    for await (const part of pasted.stdout) out += part;
    expect(JSON.parse(out)).toMatchObject({ decision: { outcome: "allow" } });
  });
});

describe("people", () => {
  test("see in their inbox exactly what is asked, and their yes gives it; security revokes it", async () => {
    const grant = await pending();
    const seen = await eventually("the inbox", async () => {
      const { out } = await latchkey("inbox", "--as", "priya");
      return out.includes(grant.id) && out;
    });
    expect(seen).toMatch(/prefix 2026\//);
    const approved = await latchkey("approve", grant.id, "--yes", "--comment", "fine", "--as", "priya");
    expect(approved).toMatchObject({ code: 0, err: expect.stringContaining(grant.digest) });
    await inState("support-assistant", grant.id, "ACTIVE");
    const why = ["--reason", "e2e", "--wait", "--as", "samira"];
    expect((await json<View>("revoke", grant.id, ...why)).status).toBe("REVOKED");
    const again = await latchkey("approve", grant.id, "--yes", "--as", "priya");
    expect(again.code).toBe(exitCodes.conflict);
  });

  test("say no, and whoever waits is told by whom and why", async () => {
    const { child, done, err } = start([...ASK]);
    const id = await eventually("the ask", async () => /Grant ([a-z2-7]{16}) waits/.exec(err())?.[1]);
    const rejected = await latchkey("reject", id, "--yes", "--comment", "not today", "--as", "priya");
    expect(rejected.code).toBe(0);
    // It looks again when the broker said: sooner than that it is only asked how it stands.
    expect((await look("support-assistant", id)).status).toBe("REJECTED");
    const { code, err: said } = await done;
    expect([code, said]).toEqual([exitCodes.rejected, expect.stringMatching(/priya said no.*not today/)]);
    expect(child.killed).toBe(false);
  });

  test("of security stop an agent, and another one lifts that", async () => {
    const wanted = ["prompt-library", "read", "--window", "5m", "--purpose", "e2e", "--as", "rag-indexer"];
    const set = ["lockdown", "set", "agent", "rag-indexer", "--reason", "e2e", "--as", "noor"];
    const { id } = await json<{ id: string }>(...set);
    const [listed, asked, own] = await Promise.all([
      latchkey("lockdown", "list", "--as", "samira"),
      latchkey("request", ...wanted),
      latchkey("lockdown", "lift", id, "--reason", "e2e", "--as", "noor"),
    ]);
    expect(listed.out).toContain(id);
    expect([asked.code, own.code]).toEqual([exitCodes.denied, exitCodes.refused]);
    expect((await latchkey("lockdown", "lift", id, "--reason", "e2e", "--as", "emil")).code).toBe(0);
    expect((await latchkey("request", ...wanted, "--dry-run")).code).toBe(0);
  });
});

const apiAs = (identity: string, over: Record<string, string> = {}): World => {
  const { accessKeyId, secretAccessKey } = local().identities[identity] ?? {
    accessKeyId: "",
    secretAccessKey: "",
  };
  return { env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...over } };
};

describe("doctor", () => {
  test("finds this place healthy, for an agent and for a person", async () => {
    const [agent, person] = await Promise.all([
      latchkey("doctor", ...AGENT),
      latchkey("doctor", "--as", "priya"),
    ]);
    expect([agent.code, person.code]).toEqual([0, 0]);
    expect(agent.out).toContain("arn:aws:iam::000000000000:user/latchkey-example-support-assistant");
    expect(agent.out).not.toContain("wrong");
    expect(person.out).toContain("as a person");
  });

  test("says of a sick one what is wrong, and ends with that one's code", async () => {
    const ahead = join(place, "ahead.mjs");
    writeFileSync(ahead, "const now = Date.now; Date.now = () => now() + 600_000;\n");
    const yaml = join(place, "latchkey.yaml");
    writeFileSync(yaml, "profiles:\n  old: { resource: gone, access: read, window: 5m, purpose: e2e }\n");
    const [clock, key, profile] = await Promise.all([
      start(["doctor", ...AGENT], { node: ["--import", ahead] }).done,
      start(["doctor"], apiAs("support-assistant", { AWS_SECRET_ACCESS_KEY: "made up" })).done,
      latchkey("doctor", "--file", yaml, ...AGENT),
    ]);
    expect(clock).toMatchObject({
      code: exitCodes.clock,
      out: expect.stringMatching(/wrong +clock +\d+ s fast/),
    });
    expect(key).toMatchObject({ code: exitCodes.sign_in, out: expect.stringMatching(/wrong +identity/) });
    expect(profile).toMatchObject({
      code: exitCodes.config,
      out: expect.stringContaining("there is no gone"),
    });
  });
});

async function expired(): Promise<World> {
  const { endpoint, region, identities } = local();
  const sts = new STSClient({ endpoint, region, credentials: identities["support-assistant"] as never });
  const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 1 }));
  await pause(1500);
  return {
    env: {
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? "",
      AWS_SESSION_TOKEN: Credentials?.SessionToken ?? "",
    },
  };
}

async function stranger(): Promise<World> {
  const iam = new IAMClient(await admin());
  const UserName = `stranger-${process.pid}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    env: {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "",
    },
  };
}

describe("bad input", () => {
  const list = ["list", "--limit", "1"];
  const ahead = (minutes: number): World => {
    const file = join(place, `ahead-${minutes}.mjs`);
    writeFileSync(file, `const now = Date.now; Date.now = () => now() + ${minutes * 60_000};\n`);
    return { node: ["--import", file] };
  };
  const broken = (): World => {
    writeFileSync(join(place, "latchkey.yaml"), "profiles:\n  a: { resource: [\n");
    return { cwd: place, env: { LATCHKEY_HOME: join(projectRoot, process.env.LATCHKEY_HOME ?? "") } };
  };
  type Case = [string, string[], () => World | Promise<World>, keyof typeof exitCodes, RegExp];
  const cases: Case[] = [
    [
      "no endpoint",
      list,
      () => ({ cwd: place, env: { LATCHKEY_HOME: place } }),
      "no_endpoint",
      /local|--endpoint/,
    ],
    [
      "another address",
      [...list, "--endpoint", "$OTHER", "--region", "us-east-1"],
      () => apiAs("support-assistant"),
      "no_endpoint",
      /not Latchkey/,
    ],
    [
      "no such stage",
      [...list, "--endpoint", "$API2", "--region", "us-east-1"],
      () => apiAs("support-assistant"),
      "refused",
      /stage|path/,
    ],
    [
      "the wrong region",
      [...list, "--endpoint", "$API", "--region", "eu-west-1"],
      () => apiAs("support-assistant"),
      "wrong_region",
      /us-east-1/,
    ],
    ["a clock ten minutes fast", [...list, ...AGENT], () => ahead(10), "clock", /10 minutes fast/],
    ["a clock ten minutes slow", [...list, ...AGENT], () => ahead(-10), "clock", /10 minutes slow/],
    // Of what is over for long enough the local AWS knows nothing any more.
    ["expired credentials", list, expired, "sign_in", /expired|does not know these/],
    [
      "a key that is none",
      list,
      () => apiAs("support-assistant", { AWS_ACCESS_KEY_ID: "AKIAAAAAAAAAAAAAAAAA" }),
      "sign_in",
      /sign in/,
    ],
    ["no credentials", list, () => ({}), "sign_in", /AWS credentials/],
    ["an unknown caller", list, stranger, "refused", /execute-api|catalogue/],
    ["a person who asks", [...ASK.slice(0, -1), "priya"], () => ({}), "refused", /people decide/],
    ["somebody else's grant", ["status", "aaaaaaaaaaaaaaaa", ...AGENT], () => ({}), "not_found", /id/],
    [
      "a no",
      ["request", "eval-sets", "read", "--window", "5m", "--purpose", "e2e", ...AGENT],
      () => ({}),
      "denied",
      /kept apart/,
    ],
    ["pending beyond --timeout", [...ASK, "--timeout", "1s"], () => ({}), "pending", /latchkey status/],
    [
      "a broker that is down",
      [...list, "--endpoint", "http://127.0.0.1:9", "--region", "us-east-1"],
      () => apiAs("support-assistant"),
      "unavailable",
      /does not answer/,
    ],
    ["a broken latchkey.yaml", ["request", "--profile", "a", ...AGENT], broken, "config", /latchkey\.yaml/],
    ["an unknown flag", [...list, "--bogus"], () => ({}), "usage", /unknown option '--bogus'/],
  ];
  test.concurrent.each(cases)(
    "%s: a plain sentence and an exit code of its own, never a stack",
    async (_name, words, world, kind, sentence) => {
      const { apiUrl, noticesUrl } = local();
      const filled = words.map((word) =>
        word
          .replace("$OTHER", new URL(noticesUrl).origin)
          .replace("$API2", apiUrl.replace(/v1$/, "v2"))
          .replace("$API", apiUrl),
      );
      const { code, err } = await start(filled, await world()).done;
      expect([code, err]).toEqual([exitCodes[kind], expect.stringMatching(sentence)]);
      expect(err).not.toMatch(/^ {4}at |node:|undefined|\[object/m);
      // What goes on waiting would count against the agent's open grants.
      const [, open] = /Grant ([a-z2-7]{16}) still waits/.exec(err) ?? [];
      if (open) await as("support-assistant")("POST", `/grants/${open}/release`);
    },
  );

  test("with --debug the cause is told too", async () => {
    const down = [...list, "--endpoint", "http://127.0.0.1:9", "--region", "us-east-1", "--debug"];
    const { err } = await start(down, apiAs("support-assistant")).done;
    expect(err).toMatch(/does not answer[\s\S]+because of [\s\S]*fetch failed/);
  });
});

describe("an ask that is interrupted while people are asked", () => {
  const waiting = async (...options: string[]) => {
    const started = start([...ASK, ...options]);
    const id = await eventually("the ask", async () => /Grant ([a-z2-7]{16}) waits/.exec(started.err())?.[1]);
    return { ...started, id };
  };

  test("once is cancelled, with --keep goes on waiting; both say which", async () => {
    const [cancelled, kept] = await Promise.all([waiting(), waiting("--keep")]);
    cancelled.child.kill("SIGINT");
    kept.child.kill("SIGTERM");
    const [first, second] = await Promise.all([cancelled.done, kept.done]);
    expect([first.code, second.code]).toEqual([exitCodes.interrupted, exitCodes.interrupted]);
    expect(first.err).toContain(`grant ${cancelled.id} is given back`);
    expect(second.err).toContain(`grant ${kept.id} goes on waiting`);
    expect((await look("support-assistant", cancelled.id)).status).toBe("CANCELLED");
    expect((await look("support-assistant", kept.id)).status).toBe("PENDING");
    await as("support-assistant")("POST", `/grants/${kept.id}/release`);
  });

  test("twice ends at once", async () => {
    const { child, done, id } = await waiting();
    child.kill("SIGINT");
    child.kill("SIGTERM");
    const { code, err } = await done;
    expect(code).toBe(exitCodes.interrupted);
    expect(err).not.toMatch(/^ {4}at /m);
    await as("support-assistant")("POST", `/grants/${id}/release`);
  });
});
