import { beforeEach, describe, expect, it } from "vitest";
import { BUS_SOURCE } from "../../functions/aws/bus.ts";
import { run } from "../../functions/aws/run.ts";
import { keys } from "../../functions/aws/table/keys.ts";
import { canonicalJson, sha256Hex } from "../../functions/core/canonical.ts";
import { grantInput } from "../../functions/core/grant/schedule.ts";
import { NEWEST_SCHEMA, NewerSchema } from "../../functions/core/stored.ts";
import { readRecord } from "../../functions/export-audit/read-record.ts";
import { watchedIn } from "../../functions/watch/input.ts";
import { streamRecord } from "../fakes/bus.ts";
import { checkWorld } from "../fakes/check-world.ts";
import { asked, pendingGrant, routineGrant } from "../fakes/scenes.ts";
import { useWorld } from "../fakes/use-world.ts";
import { World } from "../fakes/world.ts";
import { loose } from "../functions/export-audit/fixtures.ts";
import { lives, minutes, untilOver } from "./lives.ts";

const GRANT = "aaaaaaaaaaaaaaac";

/** What a release after this one may add beside what this one knows. */
const added = { laterMember: { text: "of a later release", list: [1] } };

describe.each(Object.entries(lives))("what a later release added (I-35): %s", (_name, { edit, live }) => {
  it("is still in the grant and in its stages after every move that this one makes", async () => {
    const world = new World(edit);
    let kept = 0;
    const isNew = ({ entity, version, sending }: Record<string, unknown>) =>
      (entity === "grant" && version === 1) || (entity === "stage" && sending === 1);
    world.fake.after = () => {
      for (const item of world.fake.items())
        if (isNew(item) && item.laterMember === undefined) world.fake.plant({ ...item, ...added });
    };
    await live(world);
    await untilOver(world);
    for (const item of world.fake.items().filter(({ entity }) => entity === "grant" || entity === "stage")) {
      expect(item, String(item.pk)).toMatchObject(added);
      expect(item).not.toHaveProperty("later");
      kept += 1;
    }
    expect(kept).toBeGreaterThan(0);
    checkWorld(world);
  });
});

describe("an event to which a later release added a fact (I-35)", () => {
  it("is shown in its grant's timeline without it", async () => {
    // A world of its own: its oracles would find an event that was not made so.
    const world = new World();
    const id = await pendingGrant(world);
    const key = keys.chainEvent(id, 1);
    const { body, ...item } = world.fake.item(key) as { body: string; pk: string; sk: string };
    const event = JSON.parse(body);
    const later = JSON.stringify({ ...event, facts: { ...event.facts, laterFact: "of a later release" } });
    world.fake.plant({ ...item, body: later });
    const { status, text } = await world.person("colin").get(id);
    expect(status).toBe(200);
    expect(text).toContain("grant.requested");
    expect(text).not.toContain("later release");
  });
  const withFact = (laterFact: unknown) => {
    const { event } = loose("later");
    const body = canonicalJson({ ...event, facts: { agent: "eval-runner", laterFact } });
    return { body, hash: sha256Hex(body) };
  };
  it("reaches the record and the bus whole, under its own hash", () => {
    const { body, hash } = withFact("of a later release");
    const reading = readRecord(streamRecord(body, hash));
    if (reading.kind !== "event") throw new Error(reading.kind);
    const { row, event } = reading.event;
    expect(row.filter((value) => String(value).includes("later release"))).toEqual([body]);
    expect(canonicalJson(event)).toBe(body);
    const delivered = { source: BUS_SOURCE, "detail-type": event.type, detail: { ...event, hash } };
    expect(watchedIn(delivered)).toEqual({ kind: "event", event });
  });
  it.each([[{ deep: 1 }], [["list"]], [null]])("is no event with %j for a fact: facts are flat", (fact) => {
    const { body, hash } = withFact(fact);
    expect(readRecord(streamRecord(body, hash))).toEqual({ kind: "poison", reason: "not_an_event" });
  });
});

describe("a grant that a later release wrote in a form of its own (I-35)", () => {
  const at = useWorld();
  const writtenLater = (schema: number) => {
    const item = at.world.fake.item(keys.grant(GRANT));
    at.world.fake.plant({ ...item, schema } as never);
  };
  let id: string;
  beforeEach(async () => {
    id = await pendingGrant(at.world);
  });
  const frozen = () => JSON.stringify([at.world.fake.item(keys.grant(id)), at.world.history(id)]);

  it("is refused by every call as a passing state, and stays as it was", async () => {
    const agent = at.world.agent("support-assistant");
    const { digest } = at.world.grant(id);
    writtenLater(NEWEST_SCHEMA + 1);
    const before = frozen();
    const calls = [
      ...[await agent.get(id), await agent.list(), await agent.collect(id), await agent.release(id)],
      ...[await agent.extend(id, { windowSeconds: 60 }), await agent.read(id)],
      ...[await at.world.person("samira").revoke(id), await at.world.person("priya").resend(id)],
      await at.world.person("priya").decide(id, { decision: "approve", stage: 1, digest }),
    ];
    expect(calls.map(({ status, code }) => `${status} ${code}`)).toEqual(calls.map(() => "503 unavailable"));
    expect(frozen()).toBe(before);
    writtenLater(NEWEST_SCHEMA);
  });
  it("fails the task that meets it by name, mints nothing, and goes on when the later release is back", async () => {
    writtenLater(NEWEST_SCHEMA + 1);
    for (const task of [at.world.mint, at.world.end, at.world.permit])
      await expect(task(id)).rejects.toThrow(NewerSchema);
    expect(at.world.sts.requests).toBe(0);
    writtenLater(NEWEST_SCHEMA);
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("keeps sweep from nothing else, is named in its alarm's line, and is looked at again", async () => {
    const other = await asked(at.world, "analytics-copilot", {
      ...{ resource: "claims", access: "read", scope: { prefix: "2026/" }, windowSeconds: 60, purpose: "x" },
    });
    writtenLater(NEWEST_SCHEMA + 1);
    at.world.tick(25 * 3_600_000);
    await at.world.sweep();
    expect(at.world.status(other)).toBe("EXPIRED");
    const failed = at.world.lines.filter(({ code }) => code === "sweep.failed").map(({ fields }) => fields);
    expect(failed[0]).toMatchObject({ item: `GRANT#${id} GRANT`, fault: "NewerSchema" });
    // The other is the count of its agent's open grants, in which it stays.
    expect(failed.map(({ fault } = {}) => fault)).toEqual(["NewerSchema", "NewerSchema"]);
    writtenLater(NEWEST_SCHEMA);
    await minutes(at.world, 3);
    expect(at.world.status(id)).toBe("EXPIRED");
  });
});

describe("what passes between functions (I-35)", () => {
  const task = run(async (input: unknown) => grantInput.parse(input));
  it("is refused by name where a later release's form is another", async () => {
    const input = { schema: NEWEST_SCHEMA + 1, grantId: GRANT };
    await expect(task(input)).rejects.toThrow(NewerSchema);
  });
  it("is refused where it has members that this release does not know: those need a number of their own", async () => {
    const input = { schema: NEWEST_SCHEMA, grantId: GRANT };
    expect(await task(input)).toEqual(input);
    await expect(task({ ...input, ...added })).rejects.toThrow("laterMember");
  });
});

describe("a lockdown that a later release set (I-35, I-71)", () => {
  const at = useWorld();
  const standing = (more: object) =>
    at.world.fake.plant({
      ...{ ...keys.lockdown(GRANT), entity: "lockdown", id: GRANT, reason: "a leak", by: "samira" },
      ...{ at: "2026-11-21T09:00:00.000Z", target: { type: "agent", id: "finetune-pipeline" }, ...more },
    });
  const ask = { resource: "support-conversations", access: "read", windowSeconds: 60, purpose: "train" };

  it("is obeyed, whatever it has beside", async () => {
    standing(added);
    expect((await at.world.agent("finetune-pipeline").ask(ask)).code).toBe("locked_down");
  });
  it("of a kind of target that this release does not know lets nothing be minted", async () => {
    at.world.workflow.paused = true;
    const id = await routineGrant(at.world);
    standing({ target: { type: "region", id: "eu-central-1" } });
    await expect(at.world.mint(id)).rejects.toThrow();
    expect(at.world.sts.requests).toBe(0);
    at.world.fake.drop(keys.lockdown(GRANT));
  });
});
