import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedPaths } from "../../local/paths.ts";
import { installAwsCli } from "./aws-cli.ts";
import { openProxy } from "./cut-proxy.ts";
import { cli, here, type Running, start } from "./latchkey.ts";
import { remember } from "./remembered.ts";
import { as, ask, BUCKETS, inState, local, look, type View } from "./world.ts";

const AGENT = "finetune-pipeline";
const TASK = `e2e-${process.pid}`;
const what = { resource: "support-conversations", access: "read", scope: { prefix: "2026/01/" } };
const whatOptions = ["--resource", what.resource, "--access", what.access, "--prefix", what.scope.prefix];
const PREFIX = "support/2026/01/";
const python = join(sharedPaths.venv, "bin", "python");

const home = mkdtempSync(join(tmpdir(), "latchkey-agents-"));
const cache = join(home, "run");
const env = { HOME: home, XDG_RUNTIME_DIR: cache };
const latchkey = (...args: string[]): Running => start(process.execPath, [cli, ...args], env);

beforeAll(() => {
  mkdirSync(cache, { mode: 0o700 });
  mkdirSync(join(home, ".aws"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** ~/.aws/config with a profile for each command line of `latchkey credentials`. */
function writeAwsConfig(profiles: Record<string, string[]>): void {
  const text = Object.entries(profiles).map(([name, args]) => {
    const line = [process.execPath, cli, "credentials", ...args, ...here(AGENT)].map((word) => `"${word}"`);
    return `[profile ${name}]\nregion = us-east-1\nendpoint_url = ${local().endpoint}\ncredential_process = ${line.join(" ")}\n`;
  });
  writeFileSync(join(home, ".aws", "config"), text.join("\n"));
}

// The three lines of docs/credential-process.md, and what a script does with them.
const READ = `
import boto3, sys
profile, bucket, prefix = sys.argv[1:4]
s3 = (boto3.Session(profile_name=profile) if profile else boto3).client("s3")
key = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"][0]["Key"]
print(len(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))
`;
const boto3 = (profile: string, prefix = PREFIX) =>
  start(python, ["-c", READ, profile, BUCKETS.training, prefix], env).ended;

describe("an AWS client that knows one line of an AWS profile", () => {
  let aws = "";
  beforeAll(async () => {
    aws = await installAwsCli();
  });
  const awsCli = (profile: string, ...args: string[]) =>
    start(aws, ["--profile", profile, "s3api", ...args], { ...env, AWS_PAGER: "" }).ended;
  const list = (profile: string, prefix = PREFIX) =>
    awsCli(profile, "list-objects-v2", "--bucket", BUCKETS.training, "--prefix", prefix);

  test("lists and reads the granted prefix and nothing else, and is told why after release: boto3 and the AWS CLI", async () => {
    const { id } = await ask(AGENT, { ...what, windowSeconds: 600, purpose: "e2e agents" });
    writeAwsConfig({ kept: ["--grant", id], unkept: ["--grant", id, "--no-cache"] });

    const listed = await list("kept");
    expect(listed.err).toBe("");
    const [first] = (JSON.parse(listed.out) as { Contents: { Key: string }[] }).Contents;
    const read = await awsCli(
      "kept",
      "get-object",
      "--bucket",
      BUCKETS.training,
      "--key",
      first?.Key ?? "",
      join(home, "object"),
    );
    expect([read.code, statSync(join(home, "object")).size > 1_000]).toEqual([0, true]);
    const script = await boto3("unkept");
    expect([script.err, Number(script.out) > 1_000]).toEqual(["", true]);
    expect((await list("kept", "support/2025/12/")).err).toContain("AccessDenied");
    expect((await boto3("kept", "support/2025/12/")).err).toContain("AccessDenied");

    // Which forgets what is kept of it: else the keys would be given for up to a minute, and meet the deny.
    expect(await latchkey("release", id, ...here(AGENT)).ended).toMatchObject({ code: 0, err: "" });
    await inState(AGENT, id, "REVOKED");
    const why = `custom-process: Grant ${id} is REVOKED: it was given back. Ask for a new one.`;
    const [cliSays, botoSays] = [await list("kept"), await boto3("kept")];
    expect(cliSays.code).not.toBe(0);
    expect(cliSays.err).toContain(why);
    expect(botoSays.code).not.toBe(0);
    expect(botoSays.err).toContain(why);
  });

  test("eight at once by a profile have one grant between them, kept for its owner's eyes only", async () => {
    const file = join(home, "latchkey.yaml");
    writeFileSync(
      file,
      JSON.stringify({
        profiles: { conversations: { ...what, window: "20m", purpose: "e2e eight", task: TASK } },
      }),
    );
    const args = ["--profile", "conversations", "--file", file];
    const eight = await Promise.all(
      Array.from({ length: 8 }, () => latchkey("credentials", ...args, ...here(AGENT)).ended),
    );
    expect(eight.map(({ code, err }) => [code, err])).toEqual(Array(8).fill([0, ""]));
    const keys = eight.map(({ out }) => JSON.parse(out) as Record<string, string>);
    for (const { SecretAccessKey = "", SessionToken = "" } of keys)
      remember(
        { name: "key of eight", value: SecretAccessKey },
        { name: "token of eight", value: SessionToken },
      );
    expect(Object.keys(keys[0] ?? {})).toEqual([
      ...["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"],
    ]);
    const { body } = await as(AGENT)("GET", "/grants?limit=50");
    const own = (body.grants as (View & { task?: string })[]).filter(({ task }) => task === TASK);
    expect(own).toHaveLength(1);
    const folder = join(cache, "latchkey");
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => !name.endsWith(".json"))).toEqual([]);

    writeAwsConfig({ conversations: args });
    expect((await boto3("conversations")).err).toBe("");
    await as(AGENT)("POST", `/grants/${own[0]?.id}/release`);
  });
});

describe("latchkey run", () => {
  const SLEEPS = ["sh", "-c", "echo started; sleep 100"];
  const asking = (window: string) => [...whatOptions, "--window", window, "--purpose", "e2e run"];
  const run = (window: string, ...command: string[]) =>
    latchkey("run", ...here(AGENT), ...asking(window), "--", ...command);
  const grantOf = ({ err }: Running): string => /Grant ([a-z2-7]{16})/.exec(err())?.[1] ?? "";
  async function expectReleased(running: Running): Promise<void> {
    const { status, closing } = await look(AGENT, grantOf(running));
    expect(closing?.code).toBe("released");
    expect(["REVOKING", "REVOKED", "ENDED"]).toContain(status);
  }

  /** A run whose network is cut while its command runs, and stays away. */
  async function withoutNetwork() {
    const { apiUrl, identities, region } = local();
    const proxy = await openProxy(new URL(apiUrl));
    const { accessKeyId = "", secretAccessKey = "" } = identities[AGENT] ?? {};
    const endpoint = `${proxy.origin}${new URL(apiUrl).pathname}`;
    const command = ["sh", "-c", 'echo started; while [ ! -e "$HOME/cut" ]; do sleep 0.1; done; exit 7'];
    const running = start(
      process.execPath,
      [
        ...[cli, "run", "--endpoint", endpoint, "--region", region, ...asking("60")],
        ...["--release-timeout", "2s", "--", ...command],
      ],
      { ...env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    );
    await running.said("started");
    proxy.cut();
    writeFileSync(join(home, "cut"), "");
    return { ...(await running.ended), id: grantOf(running) };
  }
  // Its window passes while the others run.
  let cut: ReturnType<typeof withoutNetwork>;
  beforeAll(() => {
    cut = withoutNetwork();
    cut.catch(() => undefined); // told by its test
  });

  test("gives an unchanged boto3 script keys that are renewed where the window outlasts its session, and releases", async () => {
    const running = run("20m", python, "-c", READ, "", BUCKETS.training, PREFIX);
    const { code, out } = await running.ended;
    expect([code, Number(out) > 1_000]).toEqual([0, true]);
    await expectReleased(running);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("under %s releases, and ends as the command does", async (signal, expected) => {
    const running = run("60", ...SLEEPS);
    await running.said("started");
    running.process.kill(signal);
    expect((await running.ended).code).toBe(expected);
    await expectReleased(running);
  });

  test("when the command crashes releases, and says how it crashed", async () => {
    const running = run("60", "sh", "-c", "kill -SEGV $$");
    expect((await running.ended).code).toBe(139);
    await expectReleased(running);
  });

  test("while people are asked takes the ask back under SIGINT", async () => {
    const running = latchkey(
      ...["run", ...here("support-assistant"), "--resource", "claims", "--access", "read"],
      ...["--window", "60", "--purpose", "e2e run", "--", ...SLEEPS],
    );
    await running.said("waits for");
    running.process.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    expect((await look("support-assistant", grantOf(running))).status).toBe("CANCELLED");
  });

  test("without a network at the end says when the window ends the grant, which it does; the exit code is the command's", async () => {
    const { code, err, id } = await cut;
    expect(code).toBe(7);
    const { window } = await look(AGENT, id);
    expect(err).toContain(`Grant ${id} could not be given back: its window ends it at ${window.endsAt}.`);
    await inState(AGENT, id, "ENDED");
  });
});
