import { describe, expect, it } from "vitest";
import { lastRenderNumber, readDenyEntry } from "../../../functions/aws/table/roles.ts";
import { renderDenyList } from "../../../functions/core/deny-list.ts";
import { HANDED_AGAIN_MS } from "../../../functions/core/probe.ts";
import { isoMillis } from "../../../functions/core/time.ts";
import { revokeBatch } from "../../../functions/revoke-access/revoke.ts";
import { writeList } from "../../../functions/revoke-access/write-list.ts";
import { timedOut } from "../../fakes/faults.ts";
import { once, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const ROLE = "latchkey-access-training-data";
const OTHER_LIST = '{"Version":"2012-10-17","Statement":[]}';
const denied = async (windowSeconds = 600) => {
  const id = await routineGrant(at.world, { windowSeconds });
  await at.world.agent("finetune-pipeline").release(id);
  return id;
};
const order = (role: string | undefined = ROLE, messageId = "1") => [{ messageId, role }];
const said = (code: string) =>
  at.world.lines.filter((line) => line.code === code).map(({ fields }) => fields);
const waiting = () => at.world.probes.waiting.map(({ message }) => message);
/** What renders a list and hands over, and nothing of the queue. */
const run = (more = {}) => revokeBatch({ ...at.world.deps(), ...more }, order());

describe("what a run of revoke-access says", () => {
  it("counts what stands, what it handed over and what it forgot", async () => {
    await denied();
    await denied();
    await run();
    expect(said("deny.written")).toEqual([{ role: ROLE, entries: 2, handed: 2, removed: 0 }]);
    expect(said("deny.drifted")).toEqual([]);
    at.world.tick(600_000 + 330_000);
    await run();
    expect(said("deny.written").at(-1)).toEqual({ role: ROLE, entries: 0, handed: 0, removed: 2 });
  });

  it("names the order that is none, and hands it back", async () => {
    const { batchItemFailures } = await revokeBatch(at.world.deps(), [{ messageId: "odd", role: undefined }]);
    expect(batchItemFailures).toEqual([{ itemIdentifier: "odd" }]);
    expect(said("deny.failed")).toEqual([
      expect.objectContaining({ role: undefined, fault: "TypeError", because: "not a deny message" }),
    ]);
  });

  it("names the role and the fault each time that IAM did not answer, after two waits", async () => {
    await denied();
    at.world.iam.before = () => {
      throw timedOut("IAM");
    };
    const waits: number[] = [];
    const { batchItemFailures } = await run({ pause: async (ms: number) => void waits.push(ms) });
    expect(batchItemFailures).toHaveLength(1);
    expect(waits).toEqual([2_000, 6_000]);
    const fault = expect.objectContaining({ role: ROLE, fault: "TimeoutError" });
    expect(said("deny.again")).toEqual([fault, fault]);
    expect(said("deny.failed")).toEqual([fault]);
  });

  it("gives up a role whose IAM never answers, in time for the others of its batch", async () => {
    await denied();
    at.world.iam.before = (_what, role) => (role === "stuck" ? new Promise(() => undefined) : undefined);
    const deps = { ...at.world.deps(), patienceMs: 30 };
    const { batchItemFailures } = await revokeBatch(deps, [
      ...order("stuck", "slow"),
      ...order(ROLE, "fine"),
    ]);
    expect(batchItemFailures).toEqual([{ itemIdentifier: "slow" }]);
    expect(said("deny.failed")).toEqual([
      expect.objectContaining({ role: "stuck", because: "took too long" }),
    ]);
  });

  it("names a grant that cannot be read, and hands over the others of its role", async () => {
    const [broken, fine] = [await denied(), await denied()];
    const { table, ...deps } = at.world.deps();
    const send = table.client.send.bind(table.client);
    const client = Object.assign(Object.create(table.client), {
      send: async (command: { input?: { Key?: { pk?: string; sk?: string } } }) => {
        const key = JSON.stringify(command.input?.Key ?? {});
        if (key.includes(broken) && !key.includes("deny")) throw timedOut("DynamoDB");
        return send(command as never);
      },
    });
    await revokeBatch({ ...deps, table: { ...table, client } }, order());
    expect(waiting().map(({ grantId }) => grantId)).toEqual([fine]);
    expect(said("deny.failed")).toEqual([
      expect.objectContaining({ grantId: broken, fault: "TimeoutError" }),
    ]);
  });
});

describe("what IAM had lost", () => {
  it("is counted, and proven anew from when it is there again", async () => {
    const id = await denied();
    await run();
    const [first] = waiting();
    at.world.iam.edit(ROLE, undefined);
    at.world.tick(5_000);
    await run();
    const now = isoMillis(at.world.now());
    expect(said("deny.drifted")).toEqual([{ role: ROLE, grants: 1, foreign: false }]);
    expect(waiting().at(-1)).toMatchObject({ grantId: id, since: now, round: 1, failed: 0 });
    expect(first?.since).not.toBe(now);
    expect(await readDenyEntry(at.world.deps().table, ROLE, id)).toMatchObject({ since: now, handedAt: now });
  });

  it("is told apart from a document of somebody else's in its place", async () => {
    await run();
    expect(said("deny.drifted")).toEqual([]);
    at.world.iam.edit(
      ROLE,
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    );
    await run();
    expect(said("deny.drifted")).toEqual([{ role: ROLE, grants: 0, foreign: true }]);
  });

  it("is not what was denied for the first time, nor what a denial of the whole role covers", async () => {
    await denied();
    await run();
    await denied();
    await run();
    expect(said("deny.drifted")).toEqual([]);
    at.world.iam.edit(ROLE, JSON.stringify(renderDenyList({ patterns: [], wholeRole: true }, 7)));
    await run();
    expect(said("deny.drifted")).toEqual([]);
  });

  it("is what it had at the first look, whoever puts it back while it is written", async () => {
    await denied();
    await run();
    const good = at.world.iam.documents.get(ROLE);
    at.world.iam.edit(ROLE, undefined);
    at.world.iam.after = once(
      (what: unknown) => what === "put",
      () => at.world.iam.edit(ROLE, good),
    ) as never;
    await run();
    expect(said("deny.drifted")).toEqual([{ role: ROLE, grants: 1, foreign: false }]);
  });

  it("is not handed over once it is proven, and is when its message was in hand for too long", async () => {
    const id = await denied(3_600);
    await run();
    at.world.tick(HANDED_AGAIN_MS - 1);
    await run();
    expect(waiting()).toHaveLength(1);
    at.world.tick(1);
    await run();
    expect(waiting().map(({ grantId }) => grantId)).toEqual([id, id]);
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
    at.world.tick(HANDED_AGAIN_MS);
    await run();
    expect(waiting()).toEqual([]);
    expect(said("deny.written").at(-1)).toMatchObject({ entries: 1, handed: 0 });
  });
});

describe("writing a list among others that write", () => {
  it("is tried eight times, each after a longer wait that differs between writers", async () => {
    await denied();
    at.world.iam.after = (what) => what === "put" && at.world.iam.edit(ROLE, OTHER_LIST);
    const waits: number[] = [];
    const deps = { ...at.world.deps(), pause: async (ms: number) => void waits.push(ms) };
    await expect(writeList(deps, ROLE)).rejects.toThrow("after 8 tries");
    expect(at.world.iam.puts).toHaveLength(8);
    expect(waits).toHaveLength(7);
    for (const [index, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(75 * (index + 2));
      expect(ms).toBeLessThan(225 * (index + 2));
      expect(Number.isInteger(ms)).toBe(true);
    }
    const slow = { ...deps, newId: () => `${"a".repeat(15)}o` };
    const quick = { ...deps, newId: () => `${"a".repeat(15)}p` };
    waits.length = 0;
    await expect(writeList(slow, ROLE)).rejects.toThrow();
    expect(waits[0]).toBe(Math.round(150 * 2 * (0.5 + 15 / 16)));
    waits.length = 0;
    await expect(writeList(quick, ROLE)).rejects.toThrow();
    expect(waits[0]).toBe(150);
  });

  it("waits for nobody when nobody else writes", async () => {
    await denied();
    const waits: number[] = [];
    await writeList({ ...at.world.deps(), pause: async (ms: number) => void waits.push(ms) }, ROLE);
    expect(waits).toEqual([]);
  });

  it("goes by no list of another writer's, though it says the same: it reads the table again", async () => {
    await denied();
    const { table } = at.world.deps();
    at.world.iam.after = once(
      (what: unknown) => what === "put",
      () => {
        const same = (at.world.iam.documents.get(ROLE) ?? "").replace(/Render\d+/, "Render900");
        at.world.iam.edit(ROLE, same);
      },
    ) as never;
    await writeList(at.world.deps(), ROLE);
    expect(await lastRenderNumber(table, ROLE)).toBe(2);
    expect(at.world.iam.puts).toHaveLength(1);
  });

  it("takes one number for a list that is there, and for one that is taken away", async () => {
    await denied();
    const { table } = at.world.deps();
    await run();
    await run();
    expect(await lastRenderNumber(table, ROLE)).toBe(2);
    at.world.tick(600_000 + 330_000);
    await run();
    expect(await lastRenderNumber(table, ROLE)).toBe(3);
    expect(at.world.iam.documents.has(ROLE)).toBe(false);
  });
});
