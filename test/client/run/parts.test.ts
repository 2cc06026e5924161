import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NoAccessError } from "../../../client/errors.ts";
import { serveCredentials } from "../../../client/run/address.ts";
import { startChild } from "../../../client/run/child.ts";
import { environmentOf, regionIn } from "../../../client/run/environment.ts";
import { keepSession } from "../../../client/run/session.ts";
import type { CredentialsView } from "../../../functions/core/api/schemas.ts";
import { claims, fakeBroker, passing, pause, unavailable } from "../virtual-broker.ts";

const keys: CredentialsView = {
  Version: 1,
  AccessKeyId: "ASIAKEY",
  SecretAccessKey: "secret",
  SessionToken: "token",
  Expiration: "2030-01-01T00:00:00Z",
};

const around = { grant: "aaaaaaaaaaaaaaaa", region: "eu-west-1", platform: "linux" as const };

describe("the environment of a command", () => {
  const parent = {
    PATH: "/bin",
    AWS_PROFILE: "agent",
    AWS_ACCESS_KEY_ID: "AKIAAGENT",
    AWS_SECRET_ACCESS_KEY: "agent's",
    AWS_SESSION_TOKEN: "agent's",
    AWS_CREDENTIAL_EXPIRATION: "2026-01-01T00:00:00Z",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
    AWS_ROLE_ARN: "arn",
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/agent",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/agent",
    AWS_PAGER: "",
  };

  test("has the grant's keys, and nothing of the agent's own that would win over them", () => {
    expect(environmentOf(parent, { how: "keys", keys }, around)).toEqual({
      ...{ PATH: "/bin", AWS_PAGER: "", LATCHKEY_GRANT: "aaaaaaaaaaaaaaaa" },
      ...{ AWS_ACCESS_KEY_ID: "ASIAKEY", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" },
      ...{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" },
    });
  });

  test("has no API key of the agent's, with which an SDK would not sign at all, and no older name of its keys", () => {
    const own = {
      AWS_BEARER_TOKEN_BEDROCK: "key",
      aws_bearer_token_other: "key",
      AWS_ACCESS_KEY: "AKIAAGENT",
    };
    const address = { url: "http://127.0.0.1:1/credentials", token: "t" };
    const given = environmentOf(
      { ...own, AWS_SECRET_KEY: "agent's", LATCHKEY_SIGNING_IN: "1" },
      { how: "address", address },
      around,
    );
    expect(Object.keys(given).sort()).toEqual([
      ...["AWS_CONFIG_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
      ...["AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE", "LATCHKEY_GRANT"],
    ]);
  });

  test("has an address instead where sessions follow one another, and no files whose profile would win", () => {
    const address = { url: "http://127.0.0.1:1/credentials", token: "t" };
    const given = environmentOf(
      parent,
      { how: "address", address },
      { ...around, awsEndpoint: "http://127.0.0.1:2" },
    );
    expect(given).toEqual({
      ...{ PATH: "/bin", AWS_PAGER: "", LATCHKEY_GRANT: "aaaaaaaaaaaaaaaa" },
      ...{ AWS_CONTAINER_CREDENTIALS_FULL_URI: address.url, AWS_CONTAINER_AUTHORIZATION_TOKEN: "t" },
      ...{ AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" },
      ...{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:2" },
    });
  });

  test("keeps the region that the command would have had of its profile", () => {
    const config =
      "[default]\nregion = us-east-1\n[profile  agent]\ns3 =\n  region = no\nregion=eu-west-1\n[sso-session x]\nregion = z-1\n";
    expect(regionIn(config, "agent")).toBe("eu-west-1");
    expect(regionIn(config, "default")).toBe("us-east-1");
    expect(regionIn(config, "x")).toBeUndefined();
  });
});

describe("the address of the newest credentials", () => {
  type Got = { status: number | undefined; body: Record<string, string> };
  const get = (url: string, headers: Record<string, string>, method = "GET"): Promise<Got> =>
    new Promise((done, fail) => {
      const sent = request(url, { headers, method }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => done({ status: response.statusCode, body: JSON.parse(text) }));
      });
      sent.on("error", fail).end();
    });

  test("gives them to the AWS SDK as a container's would", async () => {
    const address = await serveCredentials(() => keys);
    const given = environmentOf({}, { how: "address", address }, around);
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
    try {
      expect(await defaultProvider()()).toMatchObject({ accessKeyId: "ASIAKEY", sessionToken: "token" });
    } finally {
      vi.unstubAllEnvs();
      address.close();
    }
  });

  test("gives nothing without its token, under another host's name, elsewhere, or to another method", async () => {
    const { url, token, close } = await serveCredentials(() => keys);
    const { port, origin } = new URL(url);
    try {
      const refused = [
        await get(url, {}),
        await get(url, { authorization: `${token}x` }),
        await get(url, { authorization: token.slice(1) }),
        await get(url, { authorization: token, host: `localhost:${port}` }),
        await get(url, { authorization: token, host: "evil.example" }),
        await get(`${origin}/`, { authorization: token }),
        await get(url, { authorization: token }, "POST"),
      ];
      expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 404, 404]);
      expect(JSON.stringify(refused)).not.toContain("secret");
      expect((await get(url, { authorization: token })).status).toBe(200);
      expect(new URL(url).hostname).toBe("127.0.0.1");
    } finally {
      close();
    }
  });

  test("says why when the grant is over", async () => {
    const { url, token, close } = await serveCredentials(() => {
      throw new Error("Grant x is REVOKED.");
    });
    try {
      const { status, body } = await get(url, { authorization: token });
      expect([status, body.message]).toEqual([410, "Grant x is REVOKED."]);
    } finally {
      close();
    }
  });
});

describe("the session that is kept while a command runs", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse("2026-11-21T09:00:00Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const opened = async () => {
    const { broker, world, last, close } = fakeBroker();
    const { id } = await passing(broker.ask({ ...claims, windowSeconds: 7_200 }));
    await passing(broker.grant(id));
    const first = await passing(broker.credentials(id));
    return {
      world,
      last,
      end: close,
      first,
      session: keepSession({ broker, now: Date.now, pause }, id, first),
    };
  };

  test("is the next one from 15 minutes before its end on", async () => {
    const { first, session } = await opened();
    await vi.advanceTimersByTimeAsync(44 * 60_000);
    expect(session.current()).toEqual(first);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(session.current().AccessKeyId).not.toBe(first.AccessKeyId);
    session.close();
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is the last one while the broker is away, until its end", async () => {
    const { first, session, world } = await opened();
    world.fault = unavailable();
    await vi.advanceTimersByTimeAsync(59 * 60_000);
    expect(session.current()).toEqual(first);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(() => session.current()).toThrow(`no session any more: its last ended at ${first.Expiration}`);
    session.close();
  });

  test("is none once the grant is over, with the reason", async () => {
    const { session, last, end } = await opened();
    end(last(), "REVOKED", { code: "revoked", by: "noor" });
    await vi.advanceTimersByTimeAsync(46 * 60_000);
    expect(() => session.current()).toThrow(NoAccessError);
    expect(() => session.current()).toThrow("somebody revoked it");
    session.close();
  });
});

describe("a command", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "latchkey-run-"));
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));
  const said: string[] = [];
  const start = (command: string, args: string[] = [], ownGroup = true) =>
    startChild(command, args, {
      env: { PATH: process.env.PATH },
      ownGroup,
      say: (text) => void said.push(text),
    });

  test("has its own exit code, and 128 and the signal's number when a signal ends it", async () => {
    expect(await start("sh", ["-c", "exit 7"]).ended).toBe(7);
    expect(await start("sh", ["-c", "kill -SEGV $$"]).ended).toBe(139);
    const sleeper = start("sleep", ["60"]);
    sleeper.kill("SIGTERM");
    expect(await sleeper.ended).toBe(143);
    sleeper.kill("SIGTERM");
  });

  test("that is not there is 127, and one that cannot be executed 126, as in a shell", async () => {
    expect(await start("latchkey-no-such-command").ended).toBe(127);
    const path = join(place, "data");
    writeFileSync(path, "no program");
    chmodSync(path, 0o644);
    expect(await start(path).ended).toBe(126);
    expect(said.join("\n")).toMatch(/there is no such command\.\n.*cannot be executed\./);
  });

  test("that the system refuses at once is a sentence and an exit code too, and nothing thrown", async () => {
    const file = join(place, "file");
    writeFileSync(file, "");
    expect(await start(join(file, "below")).ended).toBe(127);
    expect(await start("").ended).toBe(127);
    expect(await start("true", ["x".repeat(4_000_000)]).ended).toBe(126);
    expect(said.at(-1)).toBe("true was not started: its arguments and environment are too long.");
  });

  test("without a terminal is told to stop together with what it started", async () => {
    // What it started writes a file when it is ready, and another when it is told to stop.
    const [ready, told] = [join(place, "ready"), join(place, "told")];
    const inner = 'trap "touch $1; exit" TERM; touch $0; while :; do sleep 0.1; done';
    const outer = `trap "exit 9" TERM; sh -c '${inner}' ${ready} ${told} & wait`;
    const shell = start("sh", ["-c", outer]);
    await vi.waitFor(() => expect(existsSync(ready)).toBe(true), { timeout: 20_000 });
    shell.kill("SIGTERM");
    expect(await shell.ended).toBe(9);
    await vi.waitFor(() => expect(existsSync(told)).toBe(true), { timeout: 20_000 });
  });
});
