import { describe, expect, it } from "vitest";
import { readDenyEntry } from "../../../functions/aws/table/roles.ts";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import { isoMillis } from "../../../functions/core/time.ts";
import { proveBatch } from "../../../functions/prove-denial/prove.ts";
import { timedOut } from "../../fakes/faults.ts";
import { routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { ROLE } from "../revoke-access/crowd.ts";

const at = useWorld();
const LATE_MS = 2 * 60_000;
/** A grant that was given back, whose denial is written: its first message to the prover, which nobody delivers. */
async function handed(windowSeconds = 3_600) {
  const id = await routineGrant(at.world, { windowSeconds });
  await at.world.agent("finetune-pipeline").release(id);
  await at.world.writeDenials();
  const [first] = at.world.probes.waiting;
  if (!first) throw new Error("nothing was handed over");
  at.world.probes.waiting = [];
  return { id, message: first.message, grant: at.world.grant(id) as GrantIn<"REVOKING"> };
}
type Handed = Awaited<ReturnType<typeof handed>>;
const prove = ({ message }: Handed, more: Partial<Handed["message"]> = {}) =>
  proveBatch(at.world.deps(), [{ messageId: "1", message: { ...message, ...more } }]);
const said = (code: string) =>
  at.world.lines.filter((line) => line.code === code).map(({ fields }) => fields);
const waiting = () => at.world.probes.waiting.map(({ message }) => message);

describe("what a round of prove-denial says", () => {
  it("tells how long it took from the stop, and that the refusal was explicit", async () => {
    const one = await handed();
    at.world.tick(20_000);
    await prove(one, { round: 3 });
    const latencyMs = at.world.now() - Date.parse(one.grant.stoppedAt);
    expect(said("deny.proven")).toEqual([{ grantId: one.id, role: ROLE, explicit: true, latencyMs }]);
    expect(latencyMs).toBe(20_000);
    expect(waiting()).toEqual([]);
  });

  it("says nothing of a grant that somebody else closed while it probed", async () => {
    const one = await handed();
    at.world.tick(20_000);
    at.world.probes.after = async () => {
      at.world.probes.after = undefined;
      await prove(one, { round: 3 });
    };
    await prove(one, { round: 3 });
    expect(at.world.status(one.id)).toBe("REVOKED");
    expect(said("deny.proven")).toHaveLength(1);
  });

  it.each([
    ["the grant's session is still let in", { is: "allowed" } as const, "grant_allowed"],
    ["the answer is none of the two", { is: "unclear", code: "Throttling" } as const, "Throttling"],
  ])("tells why nothing is shown: %s", async (_, answer, why) => {
    const one = await handed();
    at.world.probes.answer = ({ sessionName }) => (sessionName === "lk.control.probe" ? undefined : answer);
    await prove(one, { round: 2, failed: 4 });
    expect(said("deny.not_yet")).toEqual([{ grantId: one.id, role: ROLE, why, failed: 5 }]);
    expect(waiting()).toEqual([{ ...one.message, round: 1, failed: 5 }]);
    const handedAt = isoMillis(at.world.now());
    expect(await readDenyEntry(at.world.deps().table, ROLE, one.id)).toMatchObject({ handedAt });
  });

  it("tells that the control session was refused as well, which shows nothing of the grant", async () => {
    const one = await handed();
    at.world.probes.answer = () => ({ is: "refused", explicit: true });
    await prove(one);
    expect(said("deny.not_yet")).toEqual([expect.objectContaining({ why: "control_refused" })]);
  });

  it("is an alarm's line from the first millisecond after it should have been proven, and not at it", async () => {
    const one = await handed();
    at.world.probes.answer = () => ({ is: "allowed" });
    at.world.tick(Date.parse(one.grant.stoppedAt) + LATE_MS - at.world.now());
    await prove(one);
    expect([said("deny.not_yet").length, said("deny.unproven").length]).toEqual([1, 0]);
    at.world.tick(1);
    await prove(one);
    expect([said("deny.not_yet").length, said("deny.unproven").length]).toEqual([1, 1]);
  });

  it("names what is no message, and hands it back with one whose grant cannot be read", async () => {
    const one = await handed();
    const { table, ...deps } = at.world.deps();
    const client = Object.assign(Object.create(table.client), {
      send: async () => {
        throw timedOut("DynamoDB");
      },
    });
    const messages = [
      { messageId: "none", message: undefined },
      { messageId: "unread", message: one.message },
    ];
    const { batchItemFailures } = await proveBatch({ ...deps, table: { ...table, client } }, messages);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["none", "unread"]);
    expect(said("deny.probe_failed")).toEqual([
      expect.objectContaining({ grantId: undefined, fault: "TypeError", because: "not a probe message" }),
      expect.objectContaining({ grantId: one.id, fault: "TimeoutError" }),
    ]);
  });
});

describe("what needs no proof", () => {
  it.each([
    ["a grant that there is not", { grantId: "aaaaaaaaaaaaaaaa" }],
    ["a grant of another role", { role: "latchkey-access-staging-data" }],
  ])("%s is let be", async (_, more) => {
    const one = await handed();
    at.world.tick(20_000);
    expect((await prove(one, { round: 3, ...more })).batchItemFailures).toEqual([]);
    expect(at.world.probes.orders).toEqual([]);
    expect(at.world.status(one.id)).toBe("REVOKING");
  });

  it("a window that ends at this moment is over by itself, and one a millisecond before is not", async () => {
    const one = await handed(600);
    at.world.tick(Date.parse(one.grant.endsAt) - 1 - at.world.now());
    await prove(one);
    const probed = at.world.probes.orders.length;
    expect(probed).toBeGreaterThan(0);
    at.world.tick(1);
    await prove(one);
    expect(at.world.probes.orders).toHaveLength(probed);
  });

  it("a list that IAM had lost since is proven by the later message, and that one counts", async () => {
    const one = await handed();
    at.world.iam.edit(ROLE, undefined);
    at.world.tick(5_000);
    at.world.queue.messages.push({ messageId: "again", role: ROLE });
    await at.world.writeDenials();
    const [later] = waiting();
    at.world.probes.waiting = [];
    await prove(one);
    expect(at.world.probes.orders).toEqual([]);
    expect(later?.since).not.toBe(one.message.since);
    await prove(one, { since: later?.since ?? "" });
    expect(at.world.probes.orders).toHaveLength(2);
  });
});
