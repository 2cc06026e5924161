import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { denyDelete } from "../../../functions/aws/table/roles.ts";
import { transact } from "../../../functions/aws/table/transaction.ts";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import { LIMITS_MS } from "../../../functions/core/grant/moves.ts";
import { proveBatch } from "../../../functions/prove-denial/prove.ts";
import { timedOut } from "../../fakes/faults.ts";
import { numbers } from "../../fakes/numbers.ts";
import { orphanedAttempt, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { World } from "../../fakes/world.ts";
import { crowd, ROLE, revokeOne } from "../revoke-access/crowd.ts";

const at = useWorld();
const HOUR = { windowSeconds: 3_600 };
const owner = () => at.world.agent("finetune-pipeline");
const released = async (more = HOUR) => {
  const id = await routineGrant(at.world, more);
  await owner().release(id);
  return id;
};
const codes = () => at.world.lines.map(({ code }) => code);
/** A minute of the deployed broker: the sweeper, the deny queue and the rounds that are due. */
async function minutes(count: number, each: () => unknown = () => undefined): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await at.world.advance(60_000);
    await at.world.sweep();
    await at.world.writeDenials();
    await at.world.prove();
    await each();
  }
}

describe("proving a denial (I-24, I-25)", () => {
  it("takes three rounds of a control session that is allowed and one of the grant's that is refused", async () => {
    const id = await released();
    await at.world.revokeAll();
    const { key } = at.world.grant(id).agent;
    const names = at.world.probes.orders.map(({ sessionName }) => sessionName);
    const round = ["lk.control.probe", `lk.${key}.${id}.probe`];
    expect(names).toEqual([...round, ...round, ...round]);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });

  it("gives each probing session the one statement of the probe, on the grant's own role", async () => {
    await released();
    await at.world.revokeAll();
    for (const { roleArn, probe } of at.world.probes.orders) {
      expect(roleArn).toBe(`arn:aws:iam::123456789012:role/${ROLE}`);
      expect(probe.statement.Action).toHaveLength(1);
      expect(probe.statement.Resource.join()).not.toContain("*");
    }
  });

  it("waits until a run that was minting at the stop is surely dead: nothing is minted after REVOKED (I-17)", async () => {
    const id = await orphanedAttempt(at.world, HOUR);
    const { claimedAt } = at.world.grant(id) as GrantIn<"ACTIVATING">;
    await owner().release(id);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKING", openClaim: claimedAt });
    const leaseOver = Date.parse(claimedAt) + LIMITS_MS.claimLease;
    await at.world.revokeAll();
    const after = at.world.grant(id) as GrantIn<"REVOKED">;
    expect(after).toMatchObject({ status: "REVOKED", proof: "probed" });
    expect(Date.parse(after.closedAt)).toBeGreaterThanOrEqual(leaseOver);
  });

  it("never says it sooner than the settling time after the list was read back, and tells how long it took", async () => {
    const id = await released();
    const stopped = at.world.now();
    at.world.tick(2_000);
    await at.world.writeDenials();
    const readBack = at.world.now();
    let saidAt = 0;
    for (let ms = 0; ms < 60_000; ms += 500) {
      at.world.tick(500);
      await at.world.prove();
      if (at.world.status(id) === "REVOKED") {
        saidAt = at.world.now();
        break;
      }
    }
    expect(saidAt - readBack).toBeGreaterThanOrEqual(15_000);
    expect(saidAt - readBack).toBeLessThan(20_000);
    const [event] = at.world.events("grant.revoked");
    expect(event.facts).toMatchObject({ proof: "probed", latencyMs: saidAt - stopped });
  });

  it("not sooner either when the queue delivers every round at once", async () => {
    const id = await released();
    await at.world.writeDenials();
    const readBack = at.world.now();
    for (let tries = 0; tries < 20; tries += 1) {
      at.world.tick(1_000);
      for (const each of at.world.probes.waiting) each.at = at.world.now();
      await at.world.prove();
      if (at.world.now() < readBack + 15_000) expect(at.world.status(id)).toBe("REVOKING");
    }
    expect(at.world.status(id)).toBe("REVOKED");
  });

  it("begins anew when a round is not refused: three in a row count", async () => {
    const id = await released();
    await at.world.writeDenials();
    let round = 0;
    at.world.probes.answer = ({ sessionName }) => {
      if (sessionName === "lk.control.probe") return undefined;
      round += 1;
      return round === 2 ? { is: "allowed" } : undefined;
    };
    for (let ms = 0; ms < 25_000; ms += 1_000) {
      at.world.tick(1_000);
      await at.world.prove();
      if (round <= 4) expect(at.world.status(id)).toBe("REVOKING");
    }
    for (let ms = 0; ms < 60_000; ms += 1_000) {
      at.world.tick(1_000);
      await at.world.prove();
    }
    expect(round).toBe(5);
    expect(at.world.status(id)).toBe("REVOKED");
  });

  it.each([
    ["does not answer", { is: "unclear", code: "TimeoutError" }],
    ["says that its credentials expired", { is: "unclear", code: "ExpiredToken" }],
  ] as const)("takes no refusal for one while the service %s", async (_, answer) => {
    const id = await released();
    at.world.probes.answer = ({ sessionName }) => (sessionName === "lk.control.probe" ? undefined : answer);
    await at.world.revokeAll();
    await minutes(10);
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.probes.answer = undefined;
    await minutes(10);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });

  it("stays REVOKING while IAM refuses the control session too, wakes somebody, and says expired at the end", async () => {
    const id = await released();
    at.world.probes.answer = () => ({ is: "refused", explicit: true });
    await at.world.revokeAll();
    await minutes(50);
    expect(at.world.status(id)).toBe("REVOKING");
    const late = at.world.lines.filter(({ code }) => code === "deny.unproven");
    expect(late.length).toBeGreaterThan(3);
    expect(late[0]?.fields).toMatchObject({ grantId: id, why: "control_refused" });
    // Later each time, at most a quarter of an hour: a role that everybody is refused on is not stormed.
    expect(at.world.probes.orders.length).toBeLessThan(40);
    expect(at.world.probes.waiting, "one at a time").toHaveLength(1);
    await minutes(30);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "expired" });
    expect(at.world.probes.waiting).toEqual([]);
  });

  it("is not taken in by a role that is stopped as a whole: the control session is not", async () => {
    const id = await released();
    const everything = {
      ...{ id: "aaaaaaaaaaaaaaa7", target: { type: "everything" } },
      reason: "r",
      by: "samira",
    };
    const item = { pk: "LOCKDOWN", sk: "LOCKDOWN#aaaaaaaaaaaaaaa7", entity: "lockdown", ...everything };
    at.world.fake.plant({ ...item, at: "2026-11-21T09:00:00Z" });
    await at.world.revokeAll();
    expect(at.world.iam.documents.get(ROLE)).toContain("StringNotLike");
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });
});

describe("an IAM that is slow (I-24)", { timeout: 60_000 }, () => {
  it("that takes up to ten seconds for each change: no grant is REVOKED while a host would let it in (F-03)", async () => {
    const world = new World();
    const ids = await crowd(world, 15);
    world.workflow.paused = true;
    const random = numbers(7);
    world.iam.delayMs = () => Math.floor(random() * 10_000);
    const issuedAt = world.now();
    let open = 0;
    for (const id of ids) {
      await revokeOne(world, id);
      await world.writeDenials();
      const sessionName = `lk.${world.grant(id).agent.key}.${id}.1`;
      const isRevoked = () => world.fake.item(keys.grant(id))?.status === "REVOKED";
      for (let ms = 0; ms < 60_000 && !isRevoked(); ms += 250) {
        world.tick(250);
        await world.prove();
        const isRefused = world.iam.refuses(ROLE, { sessionName, issuedAt });
        if (!isRefused) open += 1;
        if (isRevoked()) expect(isRefused, `REVOKED is in force for ${id}`).toBe(true);
      }
      expect(world.status(id)).toBe("REVOKED");
    }
    expect(open, "the fake is slow").toBeGreaterThan(100);
  });

  it("that throttles for two hours: REVOKING all the while, and REVOKED in minutes once it answers (A-30, F-24)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 3_600 });
    // As long as a grant can be: its end is moved out of the way, nothing else of it.
    await owner().release(id);
    const endsAt = new Date(at.world.now() + 4 * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
    for (const sk of ["GRANT", `DENY#${id}`]) {
      const pk = sk === "GRANT" ? `GRANT#${id}` : `ROLE#${ROLE}`;
      at.world.fake.plant({ ...at.world.fake.item({ pk, sk }), endsAt });
    }
    at.world.workflow.paused = true;
    at.world.iam.before = (what) => {
      if (what === "put") throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    };
    await minutes(120, () => {
      expect(at.world.status(id)).toBe("REVOKING");
      expect(at.world.probes.orders).toEqual([]);
    });
    expect(codes().filter((code) => code === "deny.failed").length).toBeGreaterThan(100);
    at.world.iam.before = undefined;
    await minutes(5);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });
});

describe("rounds that are repeated, late or broken", () => {
  it("say REVOKED once, whatever comes twice (I-31, I-47)", async () => {
    const id = await released();
    await at.world.writeDenials();
    at.world.probes.waiting.push(...at.world.probes.waiting.map((each) => ({ ...each, messageId: "again" })));
    await at.world.revokeAll();
    expect(at.world.history(id).filter((type) => type === "grant.revoked")).toHaveLength(1);
    const { version } = at.world.grant(id);
    const again = { schema: 1 as const, role: ROLE, grantId: id, since: "2026-11-21T09:30:00.000Z" };
    await proveBatch(at.world.deps(), [{ messageId: "m", message: { ...again, round: 3, failed: 0 } }]);
    expect(at.world.grant(id).version).toBe(version);
  });

  it("prove nothing for a grant that was never stopped, or of another role", async () => {
    const id = await routineGrant(at.world, HOUR);
    const message = { schema: 1 as const, role: ROLE, grantId: id, since: "2026-11-21T09:00:00.000Z" };
    const batch = [{ messageId: "m", message: { ...message, round: 9, failed: 0 } }];
    expect(await proveBatch(at.world.deps(), batch)).toEqual({ batchItemFailures: [] });
    await owner().release(id);
    const other = { ...message, role: `210987654321/${ROLE}`, round: 9, failed: 0 };
    await proveBatch(at.world.deps(), [{ messageId: "m", message: other }]);
    expect(at.world.status(id)).toBe("REVOKING");
    expect(at.world.probes.orders).toEqual([]);
  });

  it("leave it to the end of the window when the entry is gone", async () => {
    const id = await released();
    await at.world.writeDenials();
    await transact(at.world.fake.table, [denyDelete(at.world.fake.table, ROLE, id)]);
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.fake.plant({
      pk: `ROLE#${ROLE}`,
      sk: `DENY#${id}`,
      entity: "deny",
      grantId: id,
      endsAt: "2999-01-01T00:00:00Z",
    });
  });

  it("come again when they fail, wait where an alarm rings after five times, and are ordered anew", async () => {
    const id = await released();
    await at.world.writeDenials();
    at.world.fake.before = (command) => {
      if (
        JSON.stringify(command.input).includes('"DENY#') &&
        "Key" in command.input &&
        !("UpdateExpression" in command.input)
      )
        throw timedOut("DynamoDB");
    };
    await minutes(31);
    expect(at.world.probes.failed).toHaveLength(1);
    expect(codes()).toContain("deny.probe_failed");
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.fake.before = undefined;
    await minutes(22);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });

  it("hand back what is no message of theirs, and nothing else", async () => {
    const id = await released();
    await at.world.writeDenials();
    const [waiting] = at.world.probes.waiting;
    at.world.tick(5_000);
    const handed = await proveBatch(at.world.deps(), [
      { messageId: "1", message: undefined },
      { messageId: "2", message: waiting?.message },
    ]);
    expect(handed.batchItemFailures).toEqual([{ itemIdentifier: "1" }]);
    expect(at.world.probes.orders).toHaveLength(2);
    expect(at.world.status(id)).toBe("REVOKING");
  });

  it("of one batch share the control call of a resource", async () => {
    for (let count = 0; count < 5; count += 1) await released();
    await at.world.revokeAll();
    const names = at.world.probes.orders.map(({ sessionName }) => sessionName);
    expect(names.filter((name) => name === "lk.control.probe")).toHaveLength(3);
    expect(names).toHaveLength(3 + 15);
  });
});
