import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { DeniedError } from "../../client/errors.ts";
import { connect } from "../../client/sdk/connect.ts";
import { fromLatchkey } from "../../client/sdk/from-latchkey.ts";
import type { Credentials } from "../../client/sdk/options.ts";
import type { Grant } from "../../client/sdk/types.ts";
import { withAccess } from "../../client/sdk/with-access.ts";
import { instancePaths, projectRoot } from "../../local/paths.ts";
import { remember } from "./remembered.ts";
import { BUCKETS, eventually, keysUnder, local, look, OVER, refusalOf, textOf } from "./world.ts";

const AGENT = "finetune-pipeline";
const conversations = { resource: "support-conversations", access: "read", window: "1m" };
const here = () => ({ as: AGENT, localFile: instancePaths().localJson });

/** A client as an agent's author makes it, with the credentials handed over as they are. */
function s3With(credentials: Credentials): S3Client {
  const { endpoint, region } = local();
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
}

async function known(credentials: Credentials): Promise<void> {
  const { secretAccessKey, sessionToken = "" } = await credentials();
  remember(
    { name: "sdk's secret key", value: secretAccessKey },
    { name: "sdk's token", value: sessionToken },
  );
}

const isOver = (id: string) =>
  eventually(`${id} given back`, async () => {
    const view = await look(AGENT, id);
    return view.status !== "ACTIVE" && view;
  });

describe("withAccess", () => {
  test("reads what it asked for, and afterwards the grant is given back and its keys are refused", async () => {
    let seen: { s3: S3Client; grant: Grant } | undefined;
    const text = await withAccess(
      { ...conversations, purpose: "sdk reads" },
      async (credentials, grant) => {
        await known(credentials);
        const s3 = s3With(credentials);
        // Keys that outlive the callback are the worst case.
        seen = { s3: s3With(await credentials().then((keys) => async () => keys)), grant };
        const [first = ""] = await keysUnder(s3, BUCKETS.training, "support/");
        return textOf(s3, BUCKETS.training, first);
      },
      here(),
    );
    expect(text.split("\n").length).toBeGreaterThan(10);
    const { s3, grant } = seen as NonNullable<typeof seen>;
    expect(grant.status).toBe("ACTIVE");
    expect(await isOver(grant.id)).toMatchObject({ closing: { code: "released" } });
    const refused = await eventually("keys refused", async () => {
      const said = await refusalOf(keysUnder(s3, BUCKETS.training, "support/"));
      return said !== "was not refused" && said;
    });
    expect(refused).toMatch(OVER);
  });

  test("gives back also when the callback throws, and throws what it threw", async () => {
    let id = "";
    const failing = withAccess(
      { ...conversations, purpose: "sdk throws" },
      (_credentials, grant) => {
        id = grant.id;
        throw new Error("mine");
      },
      here(),
    );
    await expect(failing).rejects.toThrow("mine");
    expect(await isOver(id)).toMatchObject({ closing: { code: "released" } });
  });

  test("withdraws the ask when it is aborted while people are asked", async () => {
    const stop = new AbortController();
    let waiting: Grant | undefined;
    const asking = withAccess(
      { resource: "training-manifests", access: "write", window: 60, purpose: "sdk aborts" },
      () => "never",
      {
        ...here(),
        signal: stop.signal,
        onWaiting: (grant) => {
          waiting = grant;
          stop.abort(new Error("changed my mind"));
        },
      },
    );
    await expect(asking).rejects.toThrow("changed my mind");
    expect(waiting?.decision.plan[0]).toMatchObject({ group: "ml-platform", status: "open" });
    expect((await look(AGENT, waiting?.id ?? "")).status).toBe("CANCELLED");
  });

  test("says why policy said no, and what would pass: which is taken where that is wished", async () => {
    const ask = { resource: "training-manifests", access: "write", window: "20m", purpose: "sdk is denied" };
    const no = await withAccess(ask, () => "never", here()).catch((error: unknown) => error);
    expect(no).toBeInstanceOf(DeniedError);
    const { reasons, alternatives, grantId } = no as DeniedError;
    expect(reasons.length).toBeGreaterThan(0);
    expect(alternatives).toContainEqual({ change: { access: "read" }, outcome: "allow" });
    expect(grantId).toMatch(/^[a-z2-7]{16}$/);
    const options = { ...here(), takeAlternative: true };
    expect(await withAccess(ask, (_credentials, { access }) => access, options)).toBe("read");
  });
});

describe("fromLatchkey", () => {
  test("asks once for sixteen requests that come at once, and gives back when it is released", async () => {
    const purpose = `sdk provides ${Math.random()}`;
    const access = fromLatchkey({ ...conversations, access: "list", purpose }, here());
    const s3 = s3With(access);
    const list = new ListObjectsV2Command({ Bucket: BUCKETS.training, Prefix: "support/" });
    const counts = await Promise.all(Array.from({ length: 16 }, async () => (await s3.send(list)).KeyCount));
    await known(access);
    expect(new Set(counts).size).toBe(1);
    const mine = async () =>
      (await connect(here()).grants({ limit: 100 })).grants.filter((grant) => grant.purpose === purpose);
    const [grant, ...more] = await mine();
    expect([grant?.status, more]).toEqual(["ACTIVE", []]);
    await access.release();
    expect(await isOver(grant?.id ?? "")).toMatchObject({ closing: { code: "released" } });
    await expect(access()).rejects.toMatchObject({ kind: "over" });
  });
});

describe("an example of the documentation", () => {
  const run = promisify(execFile);
  /** As its author runs it: the agent's own credentials and the endpoint in the environment, and nothing else. */
  async function example(name: string): Promise<string> {
    const { endpoint, region, apiUrl, identities } = local();
    const { accessKeyId = "", secretAccessKey = "" } = identities[AGENT] ?? {};
    const env = {
      ...{ PATH: process.env.PATH, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      ...{
        AWS_REGION: region,
        AWS_ENDPOINT_URL: endpoint,
        LATCHKEY_ENDPOINT: apiUrl,
        BUCKET: BUCKETS.training,
      },
    };
    const script = join(projectRoot, "docs/examples", name);
    const args = ["--import", "tsx", script];
    return (await run(process.execPath, args, { cwd: projectRoot, env, timeout: 60_000 })).stdout;
  }
  test.each([
    ["with-access.ts", /^\d+\n$/],
    ["provider.ts", /^\d+\n$/],
    ["denied.ts", /^no: [\w-]+: .*\n(no: .*\n)*would pass: \{"access":"read"\}\n/],
  ])("runs: %s", async (name, output) => {
    expect(await example(name)).toMatch(output);
  });
});
