import { describe, expect, test } from "vitest";
import { statementHash } from "../../../functions/core/audit/digest.ts";
import { timedOut } from "../../fakes/faults.ts";
import { routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import type { Command } from "../../fakes/table.ts";
import { Scene } from "./scene.ts";

async function scene(): Promise<Scene> {
  const made = new Scene();
  await routineGrant(made.world);
  await made.export();
  await made.untilTenPast();
  await made.sign();
  await twoStageGrant(made.world);
  await made.export();
  await made.untilTenPast();
  return made;
}

/** What there is in the end, times of making left out: a run that was tried again makes it later. */
async function outcome(made: Scene) {
  const files = await made.files();
  return {
    chain: files.every(({ statement }, index) => {
      const before = files[index - 1]?.statement;
      return statement.previous === (before ? statementHash(before) : null);
    }),
    lists: files.map(({ statement, objects, heads }) => ({ number: statement.number, objects, heads })),
    events: made.events("digest.signed").map(({ id, facts }) => [id, facts.digest]),
    told: files.map(({ statement }) => statementHash(statement)),
    versions: made.bucket.stored.length,
  };
}

/** Lets the nth request to S3, KMS or the table go wrong, before it happens or after. */
function breakNth(made: Scene, nth: number, kind: "before" | "after"): () => number {
  let calls = 0;
  let broken = false;
  const fail = () => {
    calls += 1;
    if (calls === nth) {
      if (kind === "before") throw timedOut();
      broken = true;
    }
  };
  const lost = () => {
    if (!broken) return;
    broken = false;
    throw timedOut();
  };
  made.bucket.before = fail;
  made.bucket.after = lost;
  made.signer.before = fail;
  made.world.fake.before = (_command: Command) => fail();
  made.world.fake.after = lost;
  return () => calls;
}
const mend = (made: Scene) => {
  for (const each of [made.bucket, made.world.fake])
    Object.assign(each, { before: undefined, after: undefined });
  made.signer.before = undefined;
};

describe("when any one call fails, or happens and is not answered", () => {
  test.each(["before", "after"] as const)(
    "(%s) the next run makes the same digests, each once (F-01, F-02, F-31)",
    async (kind) => {
      const whole = await scene();
      const count = breakNth(whole, 0, kind);
      expect(await whole.sign()).toEqual({ signed: 1, left: 0 });
      const total = count();
      mend(whole);
      const expected = await outcome(whole);
      expect(total).toBeGreaterThan(15);
      for (let nth = 1; nth <= total; nth += 1) {
        const made = await scene();
        breakNth(made, nth, kind);
        await made.sign().catch(() => undefined);
        mend(made);
        await made.world.pause(60_000);
        expect(await made.sign(), `call ${nth}`).toMatchObject({ left: 0 });
        const found = await outcome(made);
        expect(found.chain, `call ${nth}`).toBe(true);
        expect(
          found.events.map(([, digest]) => digest),
          `call ${nth}`,
        ).toEqual(found.told);
        const bare = ({ lists, versions, events }: typeof found) => ({
          lists,
          versions,
          ids: events.map(([id]) => id),
        });
        expect(bare(found), `call ${nth}`).toEqual(bare(expected));
      }
    },
  );
});

test("two runs at once make one chain: who is second takes what the first has signed", async () => {
  const made = await scene();
  await made.untilTenPast();
  await made.untilTenPast();
  const runs = await Promise.all([made.sign(), made.sign(), made.sign()]);
  for (const run of runs) expect(run).toMatchObject({ left: 0 });
  const found = await outcome(made);
  expect(found.chain).toBe(true);
  expect(found.told).toHaveLength(4);
  expect(found.events.map(([, digest]) => digest)).toEqual(found.told);
});
