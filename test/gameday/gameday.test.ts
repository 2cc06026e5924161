import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../infra/function.ts";
import { checkWorld } from "../fakes/check-world.ts";
import { synthesize } from "../infra/templates.ts";
import { filterOf } from "./filter-pattern.ts";
import { accessProblems, type Played, play } from "./play.ts";
import { expectedIn, reportOf, withReport } from "./report.ts";
import { scenes } from "./scenes.ts";
import { type Watched, watchedBy } from "./watched.ts";

const doc = readFileSync(`${projectRoot}docs/gameday.md`, "utf8");
const expected = expectedIn(doc);
const all: Played[] = [];
let watched: Watched;
beforeAll(() => {
  watched = watchedBy(synthesize());
}, 120_000);

describe("on a game day", () => {
  it.each(scenes)(
    "$id: what its table says rings, nothing else does, and access ends in time (I-23, I-25, I-42)",
    async (scene) => {
      const played = await play(scene, watched);
      all.push(played);
      expect(played.rang).toEqual(expected.get(scene.id));
      expect(played.stillRings).toEqual([]);
      expect(accessProblems(played)).toEqual([]);
      expect(played.day.world.sts.issued.length).toBeGreaterThan(10);
      checkWorld(played.day.world);
    },
  );

  it("nothing is lost of the record, whatever the exporter went through (I-56)", () => {
    const [dead, unplugged] = all;
    for (const { day } of [dead, unplugged].flatMap((each) => (each ? [each] : []))) {
      const lines = day.world.lines.filter(({ code }) => code === "audit.exported");
      const exported = lines.reduce((sum, { fields }) => sum + Number(fields?.events ?? 0), 0);
      expect(exported).toBe(day.world.fake.events.length);
    }
    expect(all.length).toBe(scenes.length);
  });

  it("the table has every scene, and docs/gameday.md what was played (npm run gameday -- --write)", () => {
    expect([...expected.keys()].sort()).toEqual(scenes.map(({ id }) => id).sort());
    expect(doc).toBe(withReport(doc, reportOf(all)));
  });

  it("every alarm of the table has its runbook in its row", () => {
    const runbooks = readFileSync(`${projectRoot}docs/alarms.md`, "utf8");
    for (const [id, rings] of expected) {
      const row = doc.split("\n").find((line) => line.startsWith(`| \`${id}\``)) ?? "";
      for (const alarm of rings) {
        const [, runbook] = new RegExp(`\`${alarm}\` .*\\[([a-z-]+)\\]\\(runbooks`).exec(runbooks) ?? [];
        expect(row, alarm).toContain(`runbooks/${runbook}.md`);
      }
    }
  });
});

describe("a filter's pattern", () => {
  it.each([
    ['{ $.code = "deny.failed" }', { code: "deny.failed" }, true],
    ['{ $.code = "deny.failed" }', { code: "deny.again" }, false],
    ['{ ($.code = "audit.exported") && ($.oldestMs >= 0) }', { code: "audit.exported", oldestMs: 0 }, true],
    ['{ ($.code = "audit.exported") && ($.oldestMs >= 0) }', { code: "audit.exported" }, false],
    [
      '{ ($.code = "a") && (($.fault = "Thr*") || ($.fault = "X")) }',
      { code: "a", fault: "Throttling" },
      true,
    ],
    ['{ ($.code = "a") && (($.fault = "Thr*") || ($.fault = "X")) }', { code: "a", fault: "Timeout" }, false],
  ])("%s of %j is %s", (pattern, line, is) => {
    expect(filterOf(pattern)(line)).toBe(is);
  });
  it("that it does not know is an error, and no silent no", () => {
    expect(() => filterOf('{ $.code != "x" }')).toThrow();
    expect(() => filterOf("[ip, user]")).toThrow();
  });
});
