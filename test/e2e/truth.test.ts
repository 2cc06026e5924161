import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "../../client/audit/athena.ts";
import { CliError, exitCodes } from "../../client/exit.ts";
import { atOnce } from "../../functions/aws/at-once.ts";
import { sealEvent } from "../../functions/core/audit/event.ts";
import { namedQueries } from "../../functions/core/audit/named-queries.ts";
import { usageTable } from "../../functions/core/audit/usage.ts";
import { int, random } from "../../local/data/random.ts";
import { FROM, type History, makeHistory, TO } from "../history/history.ts";
import { eventObject, eventObjects, usageObject, usageObjects } from "../history/objects.ts";
import { truths } from "../history/truth/all.ts";
import type { Row, Values } from "../history/truth/row.ts";
import { openTruthWorld } from "./truth-world.ts";

/** `LATCHKEY_TRUTH=100000` is how many it was first shown with; the local Athena reads all of them for each question. */
const EVENTS = Number(process.env.LATCHKEY_TRUTH ?? 20_000);
const iso = (at: number) => new Date(at).toISOString();

/** A row as text: null and absent are one, and numbers are their digits. */
const textOf = (row: Row): string =>
  JSON.stringify(
    Object.entries(row)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)])
      .sort(),
  );
const rowsOf = ({ columns, rows }: Answer): Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, index) => [
        name,
        type === "boolean" ? row[index]?.toLowerCase() : row[index],
      ]),
    ),
  );

/** Values to ask with: the whole period, and a part of it cut in mid-day and at events' own times. */
function valuesFor(name: string, history: History): Values[] {
  const { lives, planted } = history;
  const moves = lives.flatMap((life) => life.moves.map(({ at }) => at)).sort((a, b) => a - b);
  const at = (part: number) => moves[Math.floor(moves.length * part)] ?? FROM;
  const periods = [
    { from: iso(FROM), to: iso(TO) },
    { from: iso(at(0.3)), to: iso(at(0.62)) },
  ];
  switch (name) {
    case "grant-timeline":
      return [planted.gap.life, ...[0.1, 0.5, 0.9].map((part) => lives[Math.floor(lives.length * part)])].map(
        (life) => ({ grant: life?.id ?? "" }),
      );
    case "who-had-access": {
      const [released] = lives.filter(({ sessionDenied }) => sessionDenied);
      const denied = released?.sessionDenied?.at ?? 0;
      return [at(0.25), at(0.75), denied - 1, denied].map((moment) => ({
        resource: "claims",
        at: iso(moment),
      }));
    }
    case "grants-of-agent":
      return periods.map((period) => ({ ...period, agent: "agent-0" }));
    case "hasty-approvals":
      return periods.flatMap((period) => [
        { ...period, seconds: "30", per_day: "20" },
        // As the month's report asks, for every word: more milliseconds than an INTEGER holds.
        { ...period, seconds: "100000000", per_day: "1000000" },
      ]);
    case "grant-sample":
      return periods.flatMap((period) => [
        { ...period, count: "40", seed: "2026" },
        { ...period, count: "7", seed: "999999999" },
      ]);
    default:
      return periods;
  }
}

/** What an answer has and the truth has not, and the other way; of each the first few. */
function differences(answer: Answer, truth: readonly Row[]) {
  const counts = new Map<string, number>();
  for (const row of rowsOf(answer)) counts.set(textOf(row), (counts.get(textOf(row)) ?? 0) + 1);
  for (const row of truth) counts.set(textOf(row), (counts.get(textOf(row)) ?? 0) - 1);
  const those = (is: (count: number) => boolean) =>
    [...counts].filter(([, count]) => is(count)).map(([text]) => text);
  const [invented, missing] = [those((count) => count > 0), those((count) => count < 0)];
  return {
    invented: invented.slice(0, 3),
    missing: missing.slice(0, 3),
    wrong: invented.length + missing.length,
  };
}
const NONE = { invented: [], missing: [], wrong: 0 };

let history: History;
let world: Awaited<ReturnType<typeof openTruthWorld>>;
let found: ReturnType<typeof truths>;
let foundAgain: ReturnType<typeof truths>;

/** Further copies a day: rows, less the events that there are. */
function copiesIn(rows: ReadonlyMap<string, number>, { events }: History): Map<string, number> {
  const copies = new Map(rows);
  for (const { event } of events) {
    const day = event.time.slice(0, 10);
    copies.set(day, (copies.get(day) ?? 0) - 1);
  }
  return copies;
}

beforeAll(async () => {
  history = makeHistory(EVENTS);
  world = await openTruthWorld();
  const calls = usageObjects(history);
  const once = eventObjects(history.events, random(6, "once"), 3_000, 0);
  await world.keep("truth_once", [...once.objects, ...calls]);
  found = truths(copiesIn(once.rows, history));

  // As a replay gives them: out of order within hours, in other batches, of which a third overlap.
  const rng = random(6, "again");
  const jittered = history.events
    .map((sealed) => ({ sealed, key: Date.parse(sealed.event.time) + int(rng, 0, 3_600_000) }))
    .sort((a, b) => a.key - b.key)
    .map(({ sealed }) => sealed);
  const again = eventObjects(jittered, rng, 4_000, 0.33);
  await world.keep("truth_again", [...again.objects, ...calls]);
  foundAgain = truths(copiesIn(again.rows, history));
}, 300_000);
afterAll(() => world?.close());

test(`the history has ${EVENTS} events, of every life and month`, () => {
  expect(history.events.length).toBeGreaterThanOrEqual(EVENTS);
  expect(new Set(history.lives.map(({ status }) => status)).size).toBe(10);
  expect(new Set(history.events.map(({ event }) => event.time.slice(0, 7))).size).toBeGreaterThanOrEqual(3);
  expect(Object.keys(found).sort()).toEqual(namedQueries.map(({ name }) => name).sort());
});

describe.each(namedQueries.map(({ name, answers }) => [name, answers] as const))("%s", (name, answers) => {
  test("I-55 returns exactly the truth", async () => {
    const truthOf = (values: Values) => found[name]?.(history, values) ?? [];
    const asked = valuesFor(name, history);
    await atOnce(asked, 3, async (values) => {
      const answer = await world.ask("truth_once", name, values);
      expect(answer.columns.map((column) => column.name)).toEqual(Object.keys(answers));
      expect(differences(answer, truthOf(values))).toEqual(NONE);
    });
    const most = Math.max(...asked.map((values) => truthOf(values).length));
    expect(most, "a question whose true answer is always empty shows nothing").toBeGreaterThan(0);
  });

  test("I-57 returns the same from other batches, with copies and out of order", async () => {
    const values = valuesFor(name, history).at(-1) ?? {};
    const answer = await world.ask("truth_again", name, values);
    const truth = foundAgain[name]?.(history, values) ?? [];
    expect(differences(answer, truth)).toEqual(NONE);
  });
});

describe("planted facts", () => {
  const answerTo = (name: string): Row[] => found[name]?.(history, valuesFor(name, history)[0] ?? {}) ?? [];
  const values = (name: string, column: string) => new Set(answerTo(name).map((row) => row[column]));

  test("every reason that an answer can give is given", () => {
    expect([...values("own-approvals", "own_by")].sort()).toEqual(["on behalf of", "owner", "team"]);
    expect([...values("hasty-approvals", "hasty_by")].sort()).toEqual(
      expect.arrayContaining(["day", "seconds"]),
    );
    expect(values("windows-over-cap", "over_by")).toEqual(new Set(["window", "row"]));
    expect([...values("unapproved-mints", "unapproved_by")].sort()).toEqual(
      ["after its end", "no plan", "refused by policy", "stages short"].sort(),
    );
    expect([...values("outside-scope", "breach")].sort()).toEqual(
      [
        "no such attempt",
        "no such grant",
        "no resource named",
        "outside the scope",
        "outside the window",
        "refused",
        "wrote",
      ].sort(),
    );
    expect([...values("revocation-failures", "failure")].sort()).toEqual(
      ["attempt lost", "late", "open", "role cut off"].sort(),
    );
    expect(values("intent-without-outcome", "intent")).toEqual(new Set(["mint", "deny"]));
    expect(values("never-used", "unused_by")).toEqual(new Set(["never collected", "never called"]));
    for (const column of ["only_read", "one_folder", "brief"])
      expect(values("used-less", column)).toEqual(new Set([true, false]));
    for (const column of ["gaps", "breaks"]) expect(values("days-verified", column)).toEqual(new Set([0, 1]));
  });

  test("a boundary's own side is not over it", () => {
    const words = history.lives.flatMap((life) =>
      life.words.map((word) => word.at - (word.askedAt ?? word.movedBefore)),
    );
    expect(words).toContain(30_000);
    expect(words).toContain(29_999);
    const took = answerTo("hasty-approvals").filter((row) => String(row.hasty_by).includes("seconds"));
    expect(Math.max(...took.map((row) => Number(row.took_ms)))).toBe(29_999);
    const late = answerTo("revocation-failures").filter((row) => row.failure === "late");
    expect(Math.min(...late.map((row) => Number(row.took_ms)))).toBe(120_001);
  });
});

describe("an altered copy", () => {
  const failureOf = (database: string, name: string, values: Values): Promise<unknown> =>
    world.ask(database, name, values).then(
      () => undefined,
      (fault: unknown) => fault,
    );

  test("of a call fails every question that reads calls", async () => {
    const [life] = history.lives.filter(({ calls }) => calls.length > 1);
    const [call] = life?.calls ?? [];
    if (!life || !call) throw new Error("no life has calls");
    const reading = history.readers.find(({ arn }) => arn.includes("user/"));
    if (!reading) throw new Error("nobody read the record");
    for (const object of [
      usageObject(call.at, life, { ...call, error: "Altered" }),
      usageObject(reading.at, { ...reading, action: "Altered" }),
    ])
      await world.add("truth_again", object);
    const readers = namedQueries.filter((query) => query.sql.includes(usageTable.qualified));
    expect(readers.length).toBeGreaterThan(3);
    await atOnce(readers, 3, async ({ name }) => {
      const [values = {}] = valuesFor(name, history);
      expect(await failureOf("truth_again", name, values), name).toMatchObject({
        exitCode: exitCodes.tampered,
      });
    });
  });

  test("of an event makes every question fail rather than answer, and names the event", async () => {
    const life = history.lives.find(
      ({ agent, resource, askedAt }) => agent.id === "agent-0" && resource.id === "claims" && askedAt > FROM,
    );
    const original = history.events.find(({ event }) => event.grant === life?.id);
    if (!life || !original) throw new Error("no such life");
    const altered = sealEvent({
      ...original.event,
      facts: { ...original.event.facts, purpose: "altered" },
    });
    await world.add("truth_once", eventObject(altered.event.time.slice(0, 10), [altered]));
    await atOnce(namedQueries, 3, async ({ name }) => {
      const values =
        name === "grant-timeline"
          ? { grant: life.id }
          : name === "who-had-access"
            ? { resource: "claims", at: iso(TO) }
            : (valuesFor(name, history)[0] ?? {});
      const fault = await failureOf("truth_once", name, values);
      expect(fault, name).toBeInstanceOf(CliError);
      expect(fault, name).toMatchObject({ exitCode: exitCodes.tampered });
      expect((fault as Error).message).toContain(altered.event.id);
    });
  });
});
