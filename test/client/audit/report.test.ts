import { describe, expect, test } from "vitest";
import { gather, questions, valuesOf } from "../../../client/audit/report/gather.ts";
import { readMonth } from "../../../client/audit/report/month.ts";
import { reportPage } from "../../../client/audit/report/page.ts";
import { exitCodes } from "../../../client/exit.ts";
import { mostLive } from "../../../client/page/plots/live.ts";
import { instant } from "../../../client/page/row.ts";
import { took } from "../../../client/page/words.ts";
import { namedQueries, renderQuery } from "../../../functions/core/audit/named-queries.ts";
import { busy, MADE_AT, month, silent } from "../../browser/report-example.ts";

describe("a month", () => {
  const now = Date.UTC(2026, 10, 21, 9);

  test("is whole days in UTC, the next month's first moment not included", () => {
    expect(readMonth("2026-02", now)).toMatchObject({
      name: "February 2026",
      from: "2026-02-01T00:00:00.000Z",
      to: "2026-03-01T00:00:00.000Z",
      isOver: true,
    });
    expect(readMonth("2024-02", now).days).toHaveLength(29);
    expect(readMonth("2025-12", now).to).toBe("2026-01-01T00:00:00.000Z");
  });

  test("that is not over is told so far, from its first moment on", () => {
    expect(readMonth("2026-11", now).isOver).toBe(false);
    expect(readMonth("2026-12", Date.UTC(2026, 11, 1)).isOver).toBe(false);
    expect(readMonth("2026-11", Date.UTC(2026, 11, 1)).isOver).toBe(true);
  });

  test.each(["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "2026-11'", "2026-12"])(
    "is not %j: a sentence, and the exit code of a mistake in use",
    (text) => {
      expect(() => readMonth(text, now)).toThrow(
        expect.objectContaining({ name: "CliError", exitCode: exitCodes.usage }),
      );
    },
  );
});

describe("what a report asks", () => {
  test("are named questions that there are, each with the values that it wants and that are of their form", () => {
    for (const key of Object.keys(questions) as (keyof typeof questions)[]) {
      const { name } = questions[key];
      expect(namedQueries.map((query) => query.name)).toContain(name);
      expect(renderQuery(name, valuesOf(key, month)), name).not.toContain("{{");
    }
  });

  test("is asked once each, some at a time, and one that fails fails the report", async () => {
    const asked: string[] = [];
    let open = 0;
    let most = 0;
    const answers = await gather(async (name) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      asked.push(name);
      return [{ name }];
    }, month);
    expect(asked).toHaveLength(Object.keys(questions).length);
    expect(most).toBeLessThanOrEqual(4);
    for (const [key, { name }] of Object.entries(questions))
      expect(answers[key as keyof typeof questions]).toEqual([{ name }]);
    const failing = async (name: string) => {
      if (name === "owner-gone") throw new Error("the record was altered");
      return [];
    };
    await expect(gather(failing, month)).rejects.toThrow("the record was altered");
  });
});

describe("the page", () => {
  const page = reportPage(busy, month, MADE_AT);

  test("is made of what was answered: the sums, the exceptions, the days", () => {
    const asks = busy.days.reduce((sum, row) => sum + Number(row.asks), 0);
    expect(page).toContain(`<dt>Asks</dt><dd>${asks.toLocaleString("en-GB")}</dd>`);
    expect(page).toContain("1 exception to be explained");
    expect(page).toContain("29 of 30 days that are over are signed for every hour");
    expect(page).toContain("1 day not signed for every hour</a>");
  });

  test("is the same for the same answers, and needs nothing else", () => {
    expect(reportPage(busy, month, MADE_AT)).toBe(page);
    expect(page).not.toMatch(/<script|<img|<link|url\(|@import|https?:\/\//);
    expect(page).not.toMatch(/ style="/);
  });

  test("tells each question again as a command", () => {
    for (const { name } of Object.values(questions))
      expect(page).toContain(`latchkey audit query ${name} --from`);
  });

  test("of a month without events says so, and of one that is not over until when it goes", () => {
    const quiet = reportPage(silent, readMonth("2026-12", MADE_AT), MADE_AT);
    expect(quiet).toContain("Nothing was asked, refused or changed in December 2026");
    expect(quiet).toContain("The month is not over: this is what was on record until 2026-12-01 06:30 UTC");
    expect(page).not.toContain("The month is not over");
  });

  test("does not call a record whole that nobody signed", () => {
    expect(reportPage(silent, month, MADE_AT)).toContain("30 days not signed for every hour</a>");
    expect(reportPage({ ...busy, ownerGone: [] }, month, MADE_AT)).not.toContain("Nothing was found that");
  });

  test("calls a broken chain by its name before anything else", () => {
    const [first, ...others] = busy.whole;
    const broken = { ...busy, whole: [{ ...first, gaps: "1", whole: "false" }, ...others] };
    expect(reportPage(broken, month, MADE_AT)).toMatch(
      /Needs attention: <a href="#integrity">1 day with a broken/,
    );
  });
});

describe("grants that were live at a time", () => {
  const span = (from: number, to: number) => ({ from, to });

  test("are the most that were open together in each slice; who ends as another begins is not counted twice", () => {
    const spans = [span(0, 10), span(5, 20), span(20, 30), span(-5, 3)];
    const points = mostLive(spans, span(0, 40), 4);
    expect(points.map(({ live }) => live)).toEqual([2, 2, 1, 1]);
    expect(mostLive([], span(0, 40), 2).map(({ live }) => live)).toEqual([0, 0]);
  });
});

describe("values of rows", () => {
  test("times are UTC, in Athena's form and in ISO's", () => {
    const ms = Date.UTC(2026, 10, 21, 9, 30, 0, 250);
    for (const at of ["2026-11-21 09:30:00.250", "2026-11-21T09:30:00.250Z", "2026-11-21 09:30:00.250 UTC"])
      expect(instant({ at }, "at")).toBe(ms);
    expect(instant({ at: "soon" }, "at")).toBeUndefined();
  });

  test.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_500, "1.5 s"],
    [16_400, "16 s"],
    [600_000, "10 min"],
    [7_200_000, "2.0 h"],
  ])("%d ms are %s", (ms, words) => {
    expect(took(ms)).toBe(words);
  });
});
