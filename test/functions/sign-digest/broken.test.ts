import { describe, expect, test } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import { timedOut } from "../../fakes/faults.ts";
import { routineGrant } from "../../fakes/scenes.ts";
import { FakeSigner } from "../../fakes/signer.ts";
import { Scene } from "./scene.ts";

/** A record with three digests, and an hour that waits for the fourth. */
async function signedThrice(): Promise<Scene> {
  const scene = new Scene();
  await routineGrant(scene.world);
  await scene.export();
  for (let hour = 0; hour < 3; hour += 1) {
    await scene.untilTenPast();
    await scene.sign();
  }
  await scene.untilTenPast();
  return scene;
}

const last = (scene: Scene) => scene.digests().at(-1) ?? "";
const replace = (scene: Scene, key: string, text: string) => {
  const old = scene.bucket.stored.find((each) => each.key === key);
  scene.bucket.remove((each) => each.key === key);
  scene.bucket.plant(key, text, { storedAt: old?.storedAt ?? 0 });
};

describe("a chain that does not hold is never signed over (I-50)", () => {
  const breaks: [string, string, (scene: Scene) => void | Promise<void>][] = [
    ["gone", "all digests", (scene) => scene.bucket.remove(({ key }) => key.startsWith("digests/dt="))],
    ["rolled_back", "the last digest", (scene) => scene.bucket.remove(({ key }) => key === last(scene))],
    ["malformed", "its text", (scene) => replace(scene, last(scene), `${scene.bucket.text(last(scene))} `)],
    [
      "wrong_lists",
      "what it lists",
      async (scene) => {
        const { jws, objects, heads } = await scene.file(last(scene));
        const grant = "aaaaaaaaaaaaaaaa";
        const more = [...heads, { grant, sequence: 1, hash: "0".repeat(64) }];
        replace(scene, last(scene), canonicalJson({ jws, objects, heads: more }));
      },
    ],
    [
      "wrong_place",
      "its hour",
      (scene) => replace(scene, last(scene), scene.bucket.text(scene.digests()[0] ?? "")),
    ],
    [
      "bad_signature",
      "its statement",
      async (scene) => {
        const { jws, objects, heads } = await scene.file(last(scene));
        const [head, payload = "", signature] = jws.split(".");
        const statement = JSON.parse(Buffer.from(payload, "base64url").toString());
        const forged = Buffer.from(canonicalJson({ ...statement, previous: null })).toString("base64url");
        replace(
          scene,
          last(scene),
          canonicalJson({ jws: [head, forged, signature].join("."), objects, heads }),
        );
      },
    ],
    [
      "unknown_key",
      "who signed it",
      async (scene) => {
        const stranger = new Scene();
        stranger.signer.restore(new FakeSigner().privatePem());
        for (let hour = 0; hour < 3; hour += 1) {
          await stranger.untilTenPast();
          await stranger.sign();
        }
        replace(scene, last(scene), stranger.bucket.text(last(stranger)));
      },
    ],
  ];

  test.each(breaks)("%s: %s", async (why, _what, change) => {
    const scene = await signedThrice();
    await change(scene);
    const before = scene.bucket.stored.length;
    expect(await scene.sign()).toMatchObject({ signed: 0, broken: why });
    expect(scene.bucket.stored).toHaveLength(before);
    expect(scene.lines("digest.broken")).toEqual([{ because: why }]);
  });

  test("another: a statement of the same number by the same key", async () => {
    const scene = await signedThrice();
    const item = scene.world.fake.item(keys.digestProgress("SIGNED"));
    scene.world.fake.plant({ ...item, statementHash: "0".repeat(64) });
    expect(await scene.sign()).toMatchObject({ signed: 0, broken: "another" });
  });

  test("what is written over a digest changes nothing: the version that was first counts, and it rings", async () => {
    const scene = await signedThrice();
    scene.bucket.plant(last(scene), "{}");
    scene.bucket.plant(scene.digests()[0] ?? "", "", { isDeleteMarker: true });
    await scene.untilTenPast();
    expect((await scene.sign()).signed).toBe(2);
    expect(scene.lines("digest.overwritten")).toHaveLength(1);
    expect(scene.lines("digest.deleted")).toHaveLength(1);
  });

  test("a table that was restored from an earlier time stops nothing: the bucket has the proof", async () => {
    const scene = await signedThrice();
    const item = scene.world.fake.item(keys.digestProgress("SIGNED"));
    scene.world.fake.plant({ ...item, number: 1, statementHash: "0".repeat(64) });
    expect(await scene.sign()).toEqual({ signed: 1, left: 0 });
  });
});

describe("the key", () => {
  test("is kept in the bucket and in the table before it signs, with the time of its first use", async () => {
    const scene = new Scene();
    await scene.untilTenPast();
    scene.signer.before = () => {
      throw timedOut("KMS");
    };
    await expect(scene.sign()).rejects.toThrow("KMS");
    const [key = ""] = scene.bucket.keys("digests/keys/");
    const kept = JSON.parse(scene.bucket.text(key));
    expect(kept).toEqual({
      kid: key.slice("digests/keys/".length, -".json".length),
      pem: await scene.signer.publicPem(),
      notBefore: "2026-11-21T10:10:00.000Z",
    });
    expect(scene.world.fake.item(keys.digestKey(kept.kid))).toMatchObject(kept);
    expect(scene.digests()).toEqual([]);
  });

  test("that follows another signs on in the same chain, and rings", async () => {
    const scene = await signedThrice();
    scene.signer.rotate();
    expect(await scene.sign()).toEqual({ signed: 1, left: 0 });
    expect(scene.lines("digest.new_key")).toHaveLength(2);
    expect(scene.bucket.keys("digests/keys/")).toHaveLength(2);
    await scene.untilTenPast();
    expect(await scene.sign()).toEqual({ signed: 1, left: 0 });
    expect(scene.lines("digest.new_key")).toHaveLength(2);
  });

  test("is not kept a digest of whose signature it cannot check", async () => {
    const scene = await signedThrice();
    const old = new FakeSigner();
    old.restore(scene.signer.privatePem());
    const sign = (input: string) => new FakeSigner().sign(input);
    const signer = { publicPem: () => old.publicPem(), sign };
    const before = scene.digests();
    await expect(scene.sign({ signer })).rejects.toThrow("does not hold");
    expect(scene.digests()).toEqual(before);
  });

  test("that the table forgot has the first use that the bucket knows", async () => {
    const scene = await signedThrice();
    const [name = ""] = scene.bucket.keys("digests/keys/");
    const { kid, notBefore } = JSON.parse(scene.bucket.text(name));
    scene.world.fake.drop(keys.digestKey(kid));
    scene.bucket.remove(({ key }) => key.startsWith("digests/dt="));
    scene.world.fake.drop(keys.digestProgress("SIGNED"));
    expect((await scene.sign()).broken).toBeUndefined();
    expect(scene.world.fake.item(keys.digestKey(kid))).toMatchObject({ notBefore });
  });
});
