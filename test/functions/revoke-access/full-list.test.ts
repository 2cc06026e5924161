import { describe, expect, it } from "vitest";
import { readCutOff } from "../../../functions/aws/table/cut-offs.ts";
import { World } from "../../fakes/world.ts";
import { crowd, ROLE, revokeOne } from "./crowd.ts";

/** So much is taken up by others that no more than a few patterns fit. */
const CROWDED = 9_500;

/** Some grants denied and proven, some live, on a role whose list is about to be full. */
async function crowded(count: number) {
  const world = new World();
  const ids = await crowd(world, count);
  world.workflow.paused = true;
  world.tick(120_000);
  world.iam.foreignCharacters = CROWDED;
  return { world, ids, issuedAt: world.now() - 120_000 };
}
const minutes = async (world: World, count: number) => {
  for (let minute = 0; minute < count; minute += 1) {
    world.tick(60_000);
    await world.sweep();
    await world.revokeAll();
  }
};
const codeOf = (world: World, id: string) => {
  const grant = world.grant(id);
  return "closing" in grant ? grant.closing.code : undefined;
};

describe("a list that is full (I-26, I-29)", { timeout: 60_000 }, () => {
  it("is not refused: the role is cut off, its live grants end with an event, and all of it is proven", async () => {
    const { world, ids, issuedAt } = await crowded(60);
    const [live, ...revoked] = ids as [string, ...string[]];
    for (const id of revoked) await revokeOne(world, id);
    expect(await world.revokeAll()).toEqual([]);
    await minutes(world, 5);
    for (const id of ids) {
      expect(world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
      expect(world.iam.denies(ROLE, id, { issuedAt }), id).toBe(true);
    }
    expect(codeOf(world, live)).toBe("role_cut_off");
    expect(codeOf(world, revoked[0] ?? "")).toBe("revoked");
    const [event] = world.events("role.cut_off");
    expect(event).toMatchObject({
      actor: { type: "broker", id: "revoke-access" },
      facts: { role: ROLE, code: "role_cut_off", count: expect.any(Number) },
    });
    expect(world.lines.find(({ code }) => code === "role.cut_off")?.fields).toMatchObject({ role: ROLE });
  });

  it("denies from the first put on: nothing waits for the ends that follow", async () => {
    const { world, ids, issuedAt } = await crowded(60);
    for (const id of ids.slice(1)) await revokeOne(world, id);
    let first: string | undefined;
    world.iam.after = (what) => {
      if (what === "put") first ??= world.iam.documents.get(ROLE);
    };
    await world.writeDenials();
    expect(first).toContain("aws:TokenIssueTime");
    for (const id of ids) expect(world.iam.denies(ROLE, id, { issuedAt })).toBe(true);
  });

  it("lets sessions that are issued later work, and revokes them one by one again", async () => {
    const { world, ids } = await crowded(60);
    for (const id of ids) await revokeOne(world, id);
    await world.revokeAll();
    await minutes(world, 5);
    const [next = ""] = ids;
    const later = next.replace(/^./, "z");
    expect(world.iam.denies(ROLE, later, { issuedAt: world.now() })).toBe(false);
    const grant = world.fake.item({ pk: `GRANT#${next}`, sk: "GRANT" }) ?? {};
    const { stoppedAt: _s, closing: _c, closedAt: _d, proof: _p, ...rest } = grant;
    const claimedAt = new Date(world.now()).toISOString();
    const again = {
      ...rest,
      pk: `GRANT#${later}`,
      id: later,
      status: "ACTIVE",
      activatedAt: claimedAt,
      claimedAt,
    };
    world.fake.plant(again);
    await revokeOne(world, later);
    await world.revokeAll();
    expect(world.iam.denies(ROLE, later, { issuedAt: world.now() })).toBe(true);
    expect(world.status(later)).toBe("REVOKED");
    expect(world.events("role.cut_off")).toHaveLength(1);
  });

  it("takes the cut-off away once the last grant that it reaches is over, and no sooner (I-28)", async () => {
    const { world, ids } = await crowded(60);
    for (const id of ids) await revokeOne(world, id);
    await world.revokeAll();
    const { endsAt } = world.grant(ids[0] ?? "") as { endsAt: string };
    expect((await readCutOff(world.fake.table, ROLE))?.until).toBe(endsAt);
    world.tick(Date.parse(endsAt) + 280_000 - world.now());
    await world.sweep();
    await world.writeDenials();
    expect(world.iam.documents.get(ROLE)).toContain("aws:TokenIssueTime");
    await minutes(world, 3);
    expect(await readCutOff(world.fake.table, ROLE)).toBeUndefined();
    expect(world.iam.documents.has(ROLE)).toBe(false);
  });

  it.each([
    ["after it was written down", (text: string) => text.includes('"CUTOFF"') && text.includes('"Put"')],
    [
      "between the grants that it ends",
      (text: string) => text.includes('"role_cut_off"') && text.includes('"REVOKING"'),
    ],
    ["before it was called done", (text: string) => text.includes("#done")],
  ])("is gone on with when the run dies %s", async (_, matches) => {
    const { world, ids, issuedAt } = await crowded(60);
    const [live, other, ...revoked] = ids as [string, string, ...string[]];
    for (const id of revoked) await revokeOne(world, id);
    let dead = false;
    world.fake.after = (command) => {
      if (dead || !matches(JSON.stringify(command.input))) return;
      dead = true;
      throw new Error("the process is gone");
    };
    await world.writeDenials();
    expect(dead).toBe(true);
    await minutes(world, 5);
    for (const id of [live, other]) {
      expect(codeOf(world, id)).toBe("role_cut_off");
      expect(world.iam.denies(ROLE, id, { issuedAt })).toBe(true);
    }
    for (const id of ids) expect(world.status(id)).toBe("REVOKED");
  });

  it("ends no grant that was claimed after the cut-off", async () => {
    const { world, ids } = await crowded(60);
    const [young, ...revoked] = ids as [string, ...string[]];
    const grant = world.fake.item({ pk: `GRANT#${young}`, sk: "GRANT" }) ?? {};
    const claimedAt = new Date(world.now() + 60_000).toISOString();
    world.fake.plant({ ...grant, claimedAt, activatedAt: claimedAt });
    for (const id of revoked) await revokeOne(world, id);
    await world.revokeAll();
    expect(world.status(young)).toBe("ACTIVE");
    expect(world.iam.denies(ROLE, young, { issuedAt: Date.parse(claimedAt) })).toBe(false);
  });
});
