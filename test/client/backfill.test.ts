import { describe, expect, test } from "vitest";
import { backfillAll, type Invoke } from "../../client/audit/backfill.ts";

const when = { from: "2026-11-20T07:00:00Z", to: "2026-11-21T09:00:00Z" };
const part = (events: number, next?: string) => ({
  done: next === undefined,
  ...(next ? { next } : {}),
  ...{ events, objects: 1, quarantined: 0 },
});

function exporter(answers: unknown[]): { invoke: Invoke; asked: unknown[] } {
  const asked: unknown[] = [];
  const invoke: Invoke = async (input) => {
    asked.push(input);
    return answers[asked.length - 1];
  };
  return { invoke, asked };
}

describe("latchkey audit backfill (I-58)", () => {
  test("takes a day for its first moment in UTC", async () => {
    const { invoke, asked } = exporter([part(1)]);
    await backfillAll(invoke, { from: "2026-11-20", to: "2026-11-21" }, () => {});
    expect(asked).toEqual([{ backfill: { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" } }]);
  });

  test("asks until everything is made, from where the last answer ended, and tells how far it is", async () => {
    const { invoke, asked } = exporter([part(5, "a"), part(0, "b"), part(7)]);
    const told: number[] = [];
    const made = await backfillAll(invoke, when, ({ events }) => told.push(events));
    expect(made).toEqual({ events: 12, objects: 3, quarantined: 0 });
    expect(told).toEqual([5, 5, 12]);
    expect(asked).toEqual([
      { backfill: when },
      { backfill: { ...when, next: "a" } },
      { backfill: { ...when, next: "b" } },
    ]);
  });

  test.each([
    ["a time that is none", { ...when, to: "today" }, "to must be a time in UTC"],
    ["times in the wrong order", { from: when.to, to: when.from }, "from must be before to"],
  ])("refuses %s before it asks anybody", async (_what, wrong, says) => {
    const { invoke, asked } = exporter([]);
    await expect(backfillAll(invoke, wrong, () => undefined)).rejects.toMatchObject({
      message: expect.stringContaining(says),
      exitCode: 64,
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ["what it does not understand", { statusCode: 200 }],
    ["a refusal", { problem: "backfill.next: is not from an earlier answer" }],
    ["that there is more, and not where", { ...part(1), done: false }],
  ])("fails when the exporter answers %s", async (_what, answer) => {
    const { invoke } = exporter([answer]);
    await expect(backfillAll(invoke, when, () => undefined)).rejects.toMatchObject({ exitCode: 3 });
  });
});
