import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { statementHash, treesOf } from "../../../functions/core/audit/digest.ts";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import { routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { HOUR, RECORD, Scene } from "./scene.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("an hour that is over", () => {
  test("is signed once: every version of an object stored in it, with the hash of its content", async () => {
    const scene = new Scene();
    await routineGrant(scene.world);
    await scene.export();
    await scene.untilTenPast();
    expect(await scene.sign()).toEqual({ signed: 1, left: 0 });
    expect(scene.digests()).toEqual(["digests/dt=2026-11-21/2026-11-21T09Z.json"]);
    const [file] = await scene.files();
    expect(file?.statement).toMatchObject({
      v: 1,
      record: RECORD,
      number: 1,
      previous: null,
      from: "2026-11-21T09:00:00.000Z",
      to: "2026-11-21T10:00:00.000Z",
      madeAt: "2026-11-21T10:10:00.000Z",
      ...treesOf(file?.objects ?? [], file?.heads ?? []),
    });
    expect(file?.objects).toEqual(
      scene.bucket.stored
        .filter(({ key }) => key.startsWith("events/"))
        .map(({ key, versionId, bytes }) => ({ key, versionId, bytes: bytes.length, sha256: sha256(bytes) })),
    );
    expect(file?.objects.length).toBeGreaterThan(0);
    const text = scene.bucket.text(scene.digests()[0] ?? "");
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  test("has the head of each chain that moved, from the table and whatever the exporter wrote (I-48)", async () => {
    const scene = new Scene();
    const ids = [await routineGrant(scene.world), await twoStageGrant(scene.world)];
    const waiting = ids[1] ?? "";
    await scene.export((body) => !body.includes(waiting));
    await scene.untilTenPast();
    await scene.sign();
    const [file] = await scene.files();
    expect(file?.heads).toEqual(
      ids.sort().map((grant) => ({ grant, ...headAt(scene, grant, "2026-11-21T10:00:00.000Z") })),
    );
  });

  test("without an event is signed too, and follows the one before", async () => {
    const scene = new Scene();
    for (let hour = 0; hour < 3; hour += 1) {
      await scene.untilTenPast();
      await scene.sign();
    }
    const files = await scene.files();
    expect(files.map(({ statement }) => statement.number)).toEqual([1, 2, 3]);
    expect(files.map(({ statement }) => statement.previous)).toEqual([
      null,
      ...files.slice(0, 2).map(({ statement }) => statementHash(statement)),
    ]);
    expect(files.every(({ heads }) => heads.length === 0)).toBe(true);
  });

  test("is not signed before it has been over for five minutes: what is being written belongs to it", async () => {
    const scene = new Scene();
    await scene.untilTenPast();
    await scene.sign();
    await scene.world.advance(54 * 60_000);
    expect(await scene.sign()).toEqual({ signed: 0, left: 0 });
    await scene.world.advance(60_000);
    expect(await scene.sign()).toEqual({ signed: 1, left: 0 });
  });

  test("tells of itself once: in the table, and so in the record and on the bus", async () => {
    const scene = new Scene();
    await routineGrant(scene.world);
    await scene.export();
    await scene.untilTenPast();
    await scene.sign();
    await scene.sign();
    const [file] = await scene.files();
    expect(scene.events("digest.signed")).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^digest-[0-9a-f]{12}-00000001$/),
        time: "2026-11-21T10:10:00.000Z",
        actor: { type: "broker", id: "sign-digest" },
        facts: {
          digest: file && statementHash(file.statement),
          startsAt: "2026-11-21T09:00:00Z",
          endsAt: "2026-11-21T10:00:00Z",
          objects: file?.objects.length,
          heads: file?.heads.length,
        },
      }),
    ]);
    expect(scene.lines("digest.signed")).toHaveLength(1);
  });
});

/** Where a chain stood at a time, by the events that were written. */
function headAt(scene: Scene, grant: string, at: string) {
  const chain = scene.world.fake.events
    .map(({ body, hash }) => ({ hash, event: JSON.parse(body) }))
    .filter(({ event }) => event.grant === grant && event.chain && event.time < at);
  const last = chain.at(-1);
  return { sequence: last?.event.chain.sequence, hash: last?.hash };
}

describe("after a time down", () => {
  test("each hour gets the digest that it would have had: its objects, and heads as they stood at its end (A-36)", async () => {
    const scene = new Scene();
    const ids: string[] = [];
    for (let hour = 0; hour < 5; hour += 1) {
      ids.push(await twoStageGrant(scene.world));
      await scene.export();
      await scene.world.advance(HOUR);
    }
    await scene.world.advance(25 * 60_000);
    const run = await scene.sign();
    expect(run.left).toBe(0);
    const files = await scene.files();
    expect(files).toHaveLength(run.signed);
    for (const { statement, objects, heads } of files) {
      const stored = scene.bucket.stored
        .filter(({ key }) => !key.startsWith("digests/"))
        .filter(
          ({ storedAt }) => storedAt >= Date.parse(statement.from) && storedAt < Date.parse(statement.to),
        );
      expect(objects.map(({ key }) => key)).toEqual(stored.map(({ key }) => key).sort());
      const moved = ids.filter((grant) => {
        const times = scene.world.fake.events
          .map(({ body }) => JSON.parse(body))
          .filter((event) => event.grant === grant && event.chain)
          .map((event) => event.time as string);
        return times.some((time) => time >= statement.from && time < statement.to);
      });
      expect(heads).toEqual(moved.sort().map((grant) => ({ grant, ...headAt(scene, grant, statement.to) })));
    }
    expect(files.flatMap(({ heads }) => heads).length).toBeGreaterThanOrEqual(5);
    expect(files.slice(1).map(({ statement }) => statement.previous)).toEqual(
      files.slice(0, -1).map(({ statement }) => statementHash(statement)),
    );
  });

  test("a record that is older than its signer is covered from its first object on", async () => {
    const scene = new Scene();
    scene.bucket.plant("events/dt=2026-11-20/a.parquet", "a", {
      storedAt: Date.parse("2026-11-20T03:59:59.999Z"),
    });
    await scene.untilTenPast();
    expect(await scene.sign()).toEqual({ signed: 31, left: 0 });
    const [first] = await scene.files();
    expect(first?.statement.from).toBe("2026-11-20T03:00:00.000Z");
    expect(first?.objects).toHaveLength(1);
  });

  test("a run that has no more time leaves the rest to the next one", async () => {
    const scene = new Scene();
    await scene.untilTenPast();
    await scene.sign();
    await scene.world.advance(6 * HOUR);
    scene.signer.before = () => void scene.world.pause(5 * 60_000);
    expect(await scene.sign()).toEqual({ signed: 2, left: 4 });
    expect(scene.lines("digest.out_of_time")).toEqual([{ left: 4 }]);
    scene.signer.before = undefined;
    expect((await scene.sign()).left).toBe(0);
    expect((await scene.files()).map(({ statement }) => statement.number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("a grant that moved on is named in the earlier hour as it stood then", async () => {
    const scene = new Scene();
    const id = await twoStageGrant(scene.world);
    await scene.export();
    await scene.world.advance(3 * HOUR);
    await scene.world.agent("analytics-copilot").release(id);
    await scene.world.advance(26 * HOUR);
    expect(scene.world.grant(id)).toMatchObject({ status: "CANCELLED", chain: { sequence: 2 } });
    await scene.sign();
    const first = (await scene.files()).find(({ statement }) => statement.from.includes("T09"));
    expect(first?.heads).toEqual([{ grant: id, sequence: 1, hash: expect.any(String) }]);
  });
});

describe("what nobody may do in the record", () => {
  test("a delete marker and a second version are listed, and ring (A-35)", async () => {
    const scene = new Scene();
    const first = scene.bucket.plant("events/dt=2026-11-21/a.parquet", "a");
    scene.bucket.plant("events/dt=2026-11-21/b.parquet", "b");
    await scene.world.advance(1000);
    const second = scene.bucket.plant("events/dt=2026-11-21/a.parquet", "forged");
    const marker = scene.bucket.plant("events/dt=2026-11-21/b.parquet", "", { isDeleteMarker: true });
    await scene.untilTenPast();
    await scene.sign();
    await scene.untilTenPast();
    await scene.sign();
    const [file] = await scene.files();
    expect(file?.objects).toHaveLength(4);
    expect(file?.objects).toContainEqual({
      key: second.key,
      versionId: second.versionId,
      bytes: 6,
      sha256: sha256(Buffer.from("forged")),
    });
    expect(file?.objects).toContainEqual({
      key: marker.key,
      versionId: marker.versionId,
      deleteMarker: true,
    });
    expect(scene.lines("digest.overwritten")).toEqual([{ key: second.key, versionId: second.versionId }]);
    expect(scene.lines("digest.deleted")).toEqual([{ key: marker.key, versionId: marker.versionId }]);
    expect(first.versionId).not.toBe(second.versionId);
  });

  test("a head whose event is gone from the table is stated as the grant has it, and rings", async () => {
    const scene = new Scene();
    const id = await routineGrant(scene.world);
    await scene.untilTenPast();
    const { sequence, hash } = scene.world.grant(id).chain;
    scene.world.fake.drop({ pk: `GRANT#${id}`, sk: `EVENT#${String(sequence).padStart(6, "0")}` });
    await scene.sign();
    expect(scene.lines("digest.head_missing")).toEqual([{ grantId: id, sequence }]);
    expect((await scene.files()).flatMap(({ heads }) => heads)).toContainEqual({ grant: id, sequence, hash });
  });
});
