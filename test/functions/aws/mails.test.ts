import { beforeEach, describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import {
  MAILS_PER_AGENT,
  MAILS_PER_HOUR,
  type MailsSeen,
  mailsCount,
  mailsLeft,
  mailsOfAsk,
  secondsToNextHour,
  withMails,
} from "../../../functions/aws/table/mails.ts";
import { transact } from "../../../functions/aws/table/transaction.ts";
import { deployPolicy } from "../../fakes/policy.ts";
import { FakeTable } from "../../fakes/table.ts";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const HOUR = 3_600_000;
let fake: FakeTable;
beforeEach(() => {
  fake = new FakeTable(() => NOON);
});
const { people } = deployPolicy().catalogue;
const priya = people.filter(({ id }) => id === "priya");
const seenNow = async (): Promise<MailsSeen> => (await withMails(fake.table, priya))[0]?.seen;
const count = (seen: MailsSeen, now = NOON, limit?: number | "counted") =>
  transact(fake.table, [
    mailsCount(fake.table, "priya", { seen, now, ...(limit === undefined ? {} : { limit }) }),
  ]);
const counted = () => fake.item(keys.mails("priya"));

describe("mails of a person in an hour (I-45)", () => {
  it("are counted from nothing, up to the limit and no further", async () => {
    for (let times = 0; times < MAILS_PER_HOUR; times += 1) {
      expect(mailsLeft(await seenNow(), NOON)).toBe(MAILS_PER_HOUR - times);
      expect((await count(await seenNow())).ok).toBe(true);
    }
    expect(mailsLeft(await seenNow(), NOON)).toBe(0);
    expect((await count(await seenNow())).ok).toBe(false);
    expect(counted()).toMatchObject({ hour: "2026-11-21T12", mails: MAILS_PER_HOUR });
  });
  it("cannot be passed by racing: many that saw one left take one", async () => {
    const seen = { hour: "2026-11-21T12", mails: MAILS_PER_HOUR - 1 };
    fake.plant({ ...keys.mails("priya"), entity: "mails", ...seen });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => count(seen)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(counted()).toMatchObject({ mails: MAILS_PER_HOUR });
  });
  it("nor by racing to be an hour's first: one is, the others look again", async () => {
    const outcomes = await Promise.all([undefined, undefined, undefined].map((seen) => count(seen)));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(counted()).toMatchObject({ mails: 1 });
  });
  it("begin anew with the hour of the clock, never with an earlier one", async () => {
    fake.plant({ ...keys.mails("priya"), entity: "mails", hour: "2026-11-21T12", mails: MAILS_PER_HOUR });
    const seen = await seenNow();
    expect([mailsLeft(seen, NOON + HOUR - 1), mailsLeft(seen, NOON + HOUR)]).toEqual([0, MAILS_PER_HOUR]);
    expect((await count(seen, NOON - 1)).ok, "a clock that is behind").toBe(false);
    expect((await count(seen, NOON + HOUR)).ok).toBe(true);
    expect(counted()).toMatchObject({ hour: "2026-11-21T13", mails: 1 });
  });
  it("that follow from a person's decision are counted past the limit, and leave none to others", async () => {
    fake.plant({ ...keys.mails("priya"), entity: "mails", hour: "2026-11-21T12", mails: MAILS_PER_HOUR });
    expect((await count(await seenNow(), NOON, "counted")).ok).toBe(true);
    expect(counted()).toMatchObject({ mails: MAILS_PER_HOUR + 1 });
    expect(mailsLeft(await seenNow(), NOON)).toBe(0);
  });
  it("may be sent again in at most an hour", () => {
    expect([NOON, NOON + 1, NOON + HOUR - 1].map(secondsToNextHour)).toEqual([3_600, 3_600, 1]);
  });
  it("of an ask are counted for each of its people, or refused with a time when one has had enough", async () => {
    const two = people.filter(({ id }) => id === "priya" || id === "tomas");
    const first = await mailsOfAsk(fake.table, { agent: "a", people: two }, NOON);
    expect(first.ok && (await transact(fake.table, first.writes)).ok).toBe(true);
    expect([counted()?.mails, fake.item(keys.mails("tomas"))?.mails]).toEqual([1, 1]);
    fake.plant({ ...keys.mails("tomas"), entity: "mails", hour: "2026-11-21T12", mails: MAILS_PER_HOUR });
    expect(await mailsOfAsk(fake.table, { agent: "a", people: two }, NOON + 60_000)).toEqual({
      ok: false,
      retryAfterSeconds: 3_540,
    });
    expect((await mailsOfAsk(fake.table, { agent: "a", people: priya }, NOON)).ok).toBe(true);
  });
  it("are shared: one agent's asks use up its part, and another's still get through, until the next hour", async () => {
    const ask = (agent: string, now = NOON) => mailsOfAsk(fake.table, { agent, people: priya }, now);
    const asked = async (agent: string, now = NOON) => {
      const mails = await ask(agent, now);
      return mails.ok && (await transact(fake.table, mails.writes)).ok;
    };
    for (let times = 0; times < MAILS_PER_AGENT; times += 1) expect(await asked("a")).toBe(true);
    expect([await asked("a"), await asked("b")]).toEqual([false, true]);
    expect(await asked("a", NOON + HOUR)).toBe(true);
    // The hour before is forgotten, by agent too.
    expect(counted()).toEqual({
      ...{ ...keys.mails("priya"), entity: "mails", hour: "2026-11-21T13", mails: 1 },
      "asks 2026-11-21T13 a": 1,
    });
  });
  it("nor does one agent pass its part by racing", async () => {
    const racing = () => mailsOfAsk(fake.table, { agent: "a", people: priya }, NOON);
    for (let times = 1; times < MAILS_PER_AGENT; times += 1) {
      const mails = await racing();
      if (mails.ok) await transact(fake.table, mails.writes);
    }
    const all = await Promise.all([racing(), racing(), racing()]);
    const done = await Promise.all(
      all.map((mails) => (mails.ok ? transact(fake.table, mails.writes) : mails)),
    );
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
  });
});
