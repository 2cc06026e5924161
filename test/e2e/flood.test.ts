import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { companyOptions } from "../../local/company.ts";
import { instancePaths } from "../../local/paths.ts";
import { startLocal, stopLocal } from "../../local/start.ts";
import {
  denyList,
  inTurns,
  isRefused,
  milliseconds,
  open,
  revoke,
  revoked,
  roleOf,
  type Use,
  uses,
} from "./ending.ts";
import { eventually, look, pause, report } from "./world.ts";

// An instance of its own: so many revocations are no neighbours for other tests.
process.env.LATCHKEY_HOME = ".latchkey/e2e-flood";
const paths = instancePaths();
beforeAll(async () => {
  await startLocal(companyOptions(), paths);
});
afterAll(() => stopLocal(paths));

/**
 * How many at once; `LATCHKEY_FLOOD=200` takes ten minutes of two cores. Against the fakes there are always a thousand
 * (test/functions/revoke-access/flood.test.ts).
 */
const FLOOD = Number(process.env.LATCHKEY_FLOOD ?? 24);
/** So long that all are asked for, minted and revoked before the first window ends, on two busy cores. */
const WINDOW_SECONDS = 60 + 3 * FLOOD;

describe("a flood", () => {
  test(`I-29 ${FLOOD} simultaneous revocations over 5 roles: all are denied, none is lost, and the lists are cleaned`, async () => {
    const [, ...flood] = uses; // one agent has two of them, and no more than 50 grants at once
    const wanted = Array.from({ length: FLOOD }, (_, index) => flood[index % flood.length] as Use);
    const opened = Date.now();
    const live = await inTurns(wanted, 4, (use) => open(use, WINDOW_SECONDS));
    report(`${FLOOD} grants asked for, minted and collected in ${Date.now() - opened} ms`);
    const roles = [...new Set(await inTurns(live, 8, ({ id }) => roleOf(id)))];
    expect(roles.length).toBe(5);
    const began = Date.now();
    const times = await inTurns(live, 50, async (each) => {
      const called = Date.now();
      let answer = await revoke("samira", each.id);
      // As any client of ours does: a busy machine's function may not answer in time, and revoking is idempotent (I-31).
      for (let again = 0; answer.status >= 500 && again < 3; again += 1)
        answer = await revoke("samira", each.id);
      const answered = Date.now();
      if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      await eventually("refused", () => isRefused(each), 300_000);
      return { answered: answered - called, refused: Date.now() - called };
    });
    report(`${FLOOD} revocations over ${roles.length} roles in ${Date.now() - began} ms`);
    report(`  from a call to its answer: ${milliseconds(times.map(({ answered }) => answered))}`);
    report(`  from a call to the first refused one: ${milliseconds(times.map(({ refused }) => refused))}`);
    const proofs = await inTurns(live, 8, async ({ id }) => (await revoked(id)).proof ?? "none");
    report(
      `  all REVOKED after ${Date.now() - began} ms: ${proofs.filter((proof) => proof === "probed").length} probed`,
    );
    for (const proof of proofs) expect(["probed", "expired"]).toContain(proof);
    expect(proofs, "it was not the windows that ended them").toContain("probed");
    for (const each of live) expect(await isRefused(each)).toBe(true);
    const ends = await inTurns(live, 8, async ({ id }) =>
      Date.parse((await look("samira", id)).window.endsAt ?? ""),
    );
    await pause(Math.max(0, Math.max(...ends) - Date.now()));
    await eventually(
      "the lists are cleaned",
      async () => {
        const lists = await Promise.all(roles.map(denyList));
        return lists.every((list) => live.every(({ id }) => !list?.includes(id)));
      },
      240_000,
    );
  }, 900_000);
});
