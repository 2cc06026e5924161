import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { LatchkeyError, RefusedError } from "../../client/errors.ts";
import { giveBack } from "../../docs/examples/step-functions/functions/give-back.ts";
import { type TrainDeps, train } from "../../docs/examples/step-functions/functions/train.ts";
import type { CredentialsView, GrantView } from "../../functions/core/api/schemas.ts";
import type { Status } from "../../functions/core/grant/grant.ts";
import { viewOf } from "./pipeline-world.ts";

const RUN = { grantId: "k7m2qx4zabcd2345", name: "nightly 1" };
const SECRET = "the-secret-key-of-the-session";
const keys: CredentialsView = {
  Version: 1,
  ...{ AccessKeyId: "ASIAEXAMPLE", SecretAccessKey: SECRET, SessionToken: "the-token" },
  Expiration: "2026-11-21T10:00:00Z",
};
const pages = [["claims/2026/a", "claims/2026/b"], ["claims/2026/c"]];

/** S3 that lists in two pages; what it is told is what was done. */
function fakeS3(fault?: Error) {
  const said: string[] = [];
  const s3 = new S3Client({ region: "us-east-1" });
  const send = async (command: unknown) => {
    if (fault) throw fault;
    if (command instanceof ListObjectsV2Command) {
      const { Bucket, Prefix, ContinuationToken } = command.input;
      said.push(`list ${Bucket} ${Prefix}`);
      const Contents = pages[Number(ContinuationToken ?? 0)]?.map((Key) => ({ Key }));
      return { Contents, ...(ContinuationToken ? {} : { IsTruncated: true, NextContinuationToken: "1" }) };
    }
    if (command instanceof GetObjectCommand) {
      said.push(`get ${command.input.Bucket} ${command.input.Key}`);
      return { Body: { transformToByteArray: async () => Buffer.from("xyz") } };
    }
    if (command instanceof PutObjectCommand) said.push(`put ${command.input.Bucket} ${command.input.Key}`);
    return {};
  };
  return { said, s3: Object.assign(s3, { send }) as S3Client };
}

function depsOf(change: Partial<GrantView>, fault?: Error, after: Status = "ACTIVE") {
  const fake = fakeS3(fault);
  let looks = 0;
  const deps: TrainDeps = {
    broker: {
      grant: async () => ({ ...viewOf(looks++ === 0 ? "ACTIVE" : after), ...(looks === 1 ? change : {}) }),
      catalogue: async () => ({
        resources: [{ id: "claims", arn: "arn:aws:s3:::data/claims/*" }] as never,
      }),
      credentials: async () => keys,
    },
    openS3: () => fake.s3,
  };
  return { deps, said: fake.said };
}
const granted = { resource: "claims", access: "read", scope: { prefix: "2026/" } };
const denied = Object.assign(new Error("Access Denied"), { name: "AccessDenied" });

describe("the example's training step", () => {
  it("reads all pages of the granted prefix and nothing else, and tells counts without a credential (I-09)", async () => {
    const { deps, said } = depsOf(granted);
    const done = await train(deps, RUN);
    expect(done).toEqual({
      trained: { objects: 3, bytes: 9, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    expect(said.filter((each) => each.startsWith("get"))).toEqual(
      pages.flat().map((key) => `get data ${key}`),
    );
    expect(new Set(said.filter((each) => each.startsWith("list")))).toEqual(
      new Set(["list data claims/2026/"]),
    );
    for (const secret of Object.values(keys).slice(1, 4)) expect(JSON.stringify(done)).not.toContain(secret);
  });

  it("writes one object, below the granted prefix, whatever the execution is called", async () => {
    const { deps, said } = depsOf({ ...granted, access: "write" });
    await train(deps, { ...RUN, name: "../../up" });
    expect(said).toEqual(["put data claims/2026/..%2F..%2Fup.json"]);
  });

  it("tells why the grant is over, and not S3's word, where it was stopped meanwhile", async () => {
    const { deps } = depsOf(granted, denied, "REVOKING");
    expect(await train(deps, RUN)).toEqual({
      failure: { error: "Latchkey.over", cause: expect.stringContaining("is REVOKING") },
    });
  });

  it("throws a fault of S3 while the grant lives, for the task's Retry", async () => {
    const { deps } = depsOf(granted, denied);
    await expect(train(deps, RUN)).rejects.toBe(denied);
  });

  it.each([
    ["single keys", { scope: { keys: ["a"] } }],
    ["a resource that is no prefix", { resource: "features" }],
    ["an access that it has no work for", { access: "constructor" }],
  ])("says in words that it cannot work with %s", async (_what, change) => {
    const { deps, said } = depsOf({ ...granted, ...change });
    expect(await train(deps, RUN)).toMatchObject({ failure: { error: "Pipeline.input" } });
    expect(said).toEqual([]);
  });
});

describe("giving back", () => {
  const failing = (fault: Error) => ({ release: () => Promise.reject(fault) });

  it("is done where the grant is over already", async () => {
    const over = new RefusedError("conflict", "The grant is ENDED.", "wrong_state");
    expect(await giveBack(failing(over), RUN.grantId)).toBe("over already");
  });

  it("throws everything else, for the task's Retry", async () => {
    const down = new LatchkeyError("unavailable", "The broker does not answer.");
    await expect(giveBack(failing(down), RUN.grantId)).rejects.toBe(down);
  });
});
