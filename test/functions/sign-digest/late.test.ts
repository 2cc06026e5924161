import { describe, expect, test } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { routineGrant } from "../../fakes/scenes.ts";
import { HOUR, Scene } from "./scene.ts";

describe("what the signer could not see in time", () => {
  test("I-56 an event in the table that nobody can read keeps no hour from being signed", async () => {
    const scene = new Scene();
    const id = await routineGrant(scene.world);
    const event = { ...keys.grant(id), sk: "EVENT#000001" };
    scene.world.fake.plant({ ...scene.world.fake.item(event), ...event, body: "{broken" });
    await scene.untilTenPast();
    expect(await scene.sign()).toMatchObject({ signed: 1, left: 0 });
    expect((await scene.files())[0]?.heads).toMatchObject([{ grant: id }]);
  });

  test("I-48 a chain that the index did not have in time is named by the next digest", async () => {
    const scene = new Scene();
    await scene.world.advance(25 * 60_000);
    scene.world.fake.lag();
    const id = await routineGrant(scene.world);
    await scene.untilTenPast();
    await scene.sign();
    expect((await scene.files())[0]?.heads).toEqual([]);
    scene.world.fake.catchUp();
    await scene.untilTenPast();
    await scene.sign();
    expect((await scene.files()).flatMap(({ heads }) => heads.map(({ grant }) => grant))).toContain(id);
  });

  test("I-49 a clock that was an hour ahead leaves nothing of that hour unsigned", async () => {
    const scene = new Scene();
    await scene.untilTenPast();
    await scene.sign({ now: () => scene.world.now() + HOUR });
    const id = await routineGrant(scene.world);
    await scene.export();
    const key = scene.bucket.keys("events/")[0];
    await scene.untilTenPast();
    await scene.sign();
    await scene.untilTenPast();
    await scene.sign();
    const files = await scene.files();
    expect(files.flatMap(({ objects }) => objects.map((object) => object.key))).toContain(key);
    expect(files.flatMap(({ heads }) => heads.map(({ grant }) => grant))).toContain(id);
  });

  test("I-48 the first digest names what moved just before its hour: its export began the record", async () => {
    const scene = new Scene();
    await scene.world.advance(29 * 60_000);
    const id = await routineGrant(scene.world);
    await scene.world.advance(2 * 60_000);
    await scene.export();
    scene.bucket.stored.splice(0, scene.bucket.stored.length, ...scene.bucket.stored.slice(-1));
    await scene.untilTenPast();
    await scene.sign();
    const [first] = await scene.files();
    expect(first?.statement.from).toBe("2026-11-21T10:00:00.000Z");
    expect(first?.heads.map(({ grant }) => grant)).toContain(id);
  });
});
