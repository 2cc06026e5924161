import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { revokeBatch } from "../../../functions/revoke-access/revoke.ts";
import { numbers } from "../../fakes/numbers.ts";
import { World } from "../../fakes/world.ts";
import { crowd, ROLE, revokeOne } from "./crowd.ts";

type Document = { Statement: { Condition: Record<string, Record<string, unknown>> }[] };
/** Reads of a document whom it denies: independent of how it was rendered, and quick enough for every put of a flood. */
function deniedBy(document: string | undefined): (id: string, issuedAt: number) => boolean {
  const { Statement } = JSON.parse(document ?? '{"Statement":[]}') as Document;
  const patterns = new Set(Statement.flatMap(({ Condition }) => Condition.StringLike?.["aws:userid"] ?? []));
  const cutOff = Statement.map(({ Condition }) => Condition.DateLessThan?.["aws:TokenIssueTime"]).find(
    Boolean,
  );
  return (id, issuedAt) =>
    patterns.has(`*.${id}.*`) || (cutOff !== undefined && issuedAt < Date.parse(String(cutOff)));
}

describe("a flood of revocations on one role (I-24, I-25, I-28, I-29)", () => {
  it("1,000, with duplicates, writers that overtake each other, two revokers at once and a full list: none lost, none undone (A-25, A-31)", async () => {
    const world = new World();
    const random = numbers(11);
    const ids = await crowd(world, 1_010);
    const issuedAt = world.now();
    world.workflow.paused = true;
    const bystanders = ids.splice(1_000);
    world.tick(120_000);

    // Each of IAM's calls takes a while, so that runs that go on at once overtake each other in any order.
    const stumble = async () => {
      for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1)
        await new Promise((done) => setImmediate(done));
    };
    world.iam.before = stumble;
    const undone: string[] = [];
    const said = new Set<string>();
    const look = () => {
      const denied = deniedBy(world.iam.documents.get(ROLE));
      for (const id of said) if (!denied(id, issuedAt)) undone.push(id);
    };

    const waves = Array.from({ length: 8 }, (_, wave) => ids.slice(wave * 125, wave * 125 + 125));
    for (const wave of [...waves, [], [], [], [], [], []]) {
      for (const id of wave) await revokeOne(world, id);
      const messages = world.queue.messages.splice(0);
      // SQS delivers at least once; and twice at the same time when a run outlives its visibility.
      const halves = [messages.slice(0, 30), [...messages.slice(20), ...messages.slice(0, 5)]];
      const runs = halves
        .filter((batch) => batch.length > 0)
        .map(async (batch) => {
          const { batchItemFailures } = await revokeBatch(world.deps(), batch);
          const back = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
          world.queue.messages.push(...batch.filter(({ messageId }) => back.includes(messageId)));
        });
      await Promise.all(runs);
      look();
      for (let second = 0; second < 20; second += 1) {
        world.tick(1_000);
        await world.prove();
      }
      for (const id of ids) if (world.fake.item(keys.grant(id))?.status === "REVOKED") said.add(id);
      look();
      await world.sweep();
      await world.writeDenials();
      look();
    }

    expect(undone).toEqual([]);
    const proofs = ids.map((id) => world.grant(id)).filter(({ status }) => status !== "REVOKED");
    expect(proofs.map(({ id, status }) => `${id} ${status}`)).toEqual([]);
    expect(new Set(ids.map((id) => (world.grant(id) as { proof?: string }).proof))).toEqual(
      new Set(["probed"]),
    );

    // The list was full: the role was cut off, and who was not revoked ended with it, in the record and aloud.
    expect(world.events("role.cut_off").length).toBeGreaterThan(0);
    expect(world.lines.some(({ code }) => code === "role.cut_off")).toBe(true);
    for (const id of bystanders)
      expect(world.grant(id)).toMatchObject({ status: "REVOKED", closing: { code: "role_cut_off" } });
    expect(Math.max(...world.iam.puts.map(({ document }) => document.length))).toBeLessThanOrEqual(10_240);

    // Who asks again works, and everything goes when its time is over.
    expect(deniedBy(world.iam.documents.get(ROLE))("aaaaaaaaaaaaaaaz", world.now())).toBe(false);
    for (let minute = 0; minute < 75; minute += 5) {
      world.tick(300_000);
      await world.sweep();
      await world.writeDenials();
    }
    expect(world.iam.documents.has(ROLE)).toBe(false);
    expect(world.fake.items().filter(({ entity }) => ["deny", "cut-off"].includes(String(entity)))).toEqual(
      [],
    );
  }, 120_000);
});
