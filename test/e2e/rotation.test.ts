import { beforeAll, describe, expect, test } from "vitest";
import {
  as,
  ask,
  BUCKETS,
  collect,
  eventually,
  inState,
  type Keys,
  keysUnder,
  look,
  OVER,
  refusalOf,
  report,
  s3With,
  type View,
} from "./world.ts";

const AGENT = "finetune-pipeline";
const reads = (keys: Keys) => keysUnder(s3With(keys), BUCKETS.training, "support/");
const timelineOf = async (id: string) => ((await look(AGENT, id)).timeline ?? []).map(({ type }) => type);

// On the local AWS a session lasts 15 minutes, and is renewed after a minute and a half (`infra/local.ts`).
describe("a window that outlasts its session", () => {
  let grant: View;
  let first: Keys;
  let second: Keys;
  beforeAll(async () => {
    grant = await ask(AGENT, {
      resource: "support-conversations",
      access: "read",
      windowSeconds: 1_200,
      purpose: "e2e",
    });
    first = await collect(AGENT, grant.id);
    const from = Date.now();
    second = await eventually(
      "another session",
      async () => {
        const keys = await collect(AGENT, grant.id);
        return keys.AccessKeyId !== first.AccessKeyId && keys;
      },
      180_000,
    );
    report(`a session was renewed ${Math.round((Date.now() - from) / 1000)} s after it was collected`);
  }, 240_000);

  test("I-02 is renewed under the same end, and both sessions work", async () => {
    const { endsAt = "" } = (await look(AGENT, grant.id)).window;
    expect((await inState(AGENT, grant.id, "ACTIVE")).window.endsAt).toBe(endsAt);
    expect(Date.parse(second.Expiration)).toBeGreaterThan(Date.parse(first.Expiration));
    expect(Date.parse(second.Expiration)).toBeLessThanOrEqual(Date.parse(endsAt));
    expect((await reads(first)).length).toBeGreaterThan(10);
    expect((await reads(second)).length).toBeGreaterThan(10);
    expect(await timelineOf(grant.id)).toEqual(
      expect.arrayContaining(["grant.activated", "grant.rotated", "credentials.collected"]),
    );
  });

  test("I-32 is extended once by a grant of its own, and both work", async () => {
    const call = () => as(AGENT)("POST", `/grants/${grant.id}/extend`, { windowSeconds: 60 });
    const extension = (await call()).body as View & { extends: string };
    expect(extension.extends).toBe(grant.id);
    expect((await reads(await collect(AGENT, extension.id))).length).toBeGreaterThan(10);
    expect(await call()).toMatchObject({
      status: 409,
      body: { error: { code: "already_extended", details: { extendedBy: extension.id } } },
    });
    expect(await look(AGENT, grant.id)).toMatchObject({ status: "ACTIVE", extendedBy: extension.id });
  });

  test("I-02 one denial ends every session of it", async () => {
    expect((await as(AGENT)("POST", `/grants/${grant.id}/release`)).status).toBe(200);
    await inState(AGENT, grant.id, "REVOKED");
    for (const keys of [first, second]) expect(await refusalOf(reads(keys))).toMatch(OVER);
  });
});
