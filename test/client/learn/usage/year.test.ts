import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../../../client/cli.ts";
import { exitCodes } from "../../../../client/exit.ts";
import { expectUsage } from "../year/usage-plants.ts";
import { type UsageRow, usedIn, writeCalls, writeUse } from "../year/used.ts";
import { writeYear } from "../year/write.ts";
import { YEAR, yearOf } from "../year/year.ts";

let root = "";
let record = "";
/** Resources that nobody used in the last 200 days of the year: so few asks leave some by chance. */
let alsoIdle: string[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "latchkey-usage-"));
  record = join(root, "record");
  const year = yearOf({ seed: 5, asks: 900 });
  const used = usedIn(year.grants);
  writeYear(record, year);
  writeUse(record, used);
  const until = YEAR.until - 200 * 86_400_000;
  const late = [
    ...used.rows.filter(({ error_code }) => !error_code).map((row) => [row.grant_id, row.used_at.getTime()]),
    ...used.events
      .filter(({ event }) => event.type !== "credentials.collected")
      .map(({ event }) => [event.grant, Date.parse(event.time)]),
  ].flatMap(([id, at]) => (Number(at) >= until ? [id] : []));
  const inUse = new Set(year.grants.filter(({ id }) => late.includes(id)).map(({ resource }) => resource));
  alsoIdle = year.grants.map(({ resource }) => resource).filter((resource) => !inUse.has(resource));
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** The command as it is typed; what it says, and its exit code. */
async function usage(events: string, ...words: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(`${text}\n`));
  const code = await main(["node", "latchkey", "insights", "usage", "--events", events, ...words]);
  vi.restoreAllMocks();
  return { code, out: out.join(""), err: err.join("") };
}
const WHOLE = ["--since", "2026-01-01", "--until", "2027-01-01"];

describe("a year with planted facts", () => {
  const files = () => ({ html: join(root, "usage.html"), csv: join(root, "usage.csv") });

  test("shows the one agent that uses one prefix, and the resource that nobody uses, and claims nothing else", async () => {
    const { html, csv } = files();
    const { code, out, err } = await usage(
      record,
      ...WHOLE,
      "--unused-days",
      "200",
      "--json",
      "--html",
      html,
      "--csv",
      csv,
    );
    expect({ code, err }).toEqual({ code: exitCodes.ok, err: `${html} written.\n${csv} written.\n` });
    expectUsage(out, (what, is, wants) => expect(is, what).toEqual(wants), alsoIdle);
    expect(new Set(alsoIdle).size).toBeLessThan(5);
  }, 300_000);

  test("is the same as a page and as rows: written whole, for their owner alone", () => {
    const { html, csv } = files();
    for (const file of [html, csv]) expect(statSync(file).mode & 0o777).toBe(0o600);
    const page = readFileSync(html, "utf8");
    expect(page).toContain("eval-runner, eval-sets, read: only prefix suites/ instead of the whole");
    expect(page).toContain("never asked for: not in the record since 2026-01-01");
    const [head = "", ...rows] = readFileSync(csv, "utf8").trimEnd().split("\r\n");
    expect(head.split(",").slice(0, 4)).toEqual(["grant_id", "agent_id", "owner_id", "resource_id"]);
    expect(rows.length).toBeGreaterThan(400);
  });

  test("proposes nothing below thresholds, and tells nothing of disuse for longer than it was read", async () => {
    const { out } = await usage(record, "--since", "2026-11-20", "--until", "2026-12-01");
    expect(out).toContain("Nothing narrower is proposed: there is none, or not for 10 grants on 14 days");
    expect(out).toContain(
      "What nobody has used for 30 days cannot be told: what was read begins on 2026-11-20",
    );
    expect(out).not.toMatch(/never asked for|last used on/);
  }, 300_000);
});

describe("bad input is one sentence, an exit code, and no file", () => {
  const page = () => join(root, "none.html");
  const row = (id: string, more: Partial<UsageRow> = {}): UsageRow => ({
    ...{ usage_id: id, used_at: new Date(YEAR.from), service: "s3", api_action: "GetObject" },
    ...more,
  });
  /** Calls of a record whose only events are of another year. */
  const calls = (name: string, ...files: UsageRow[][]): string => {
    const folder = join(root, name);
    mkdirSync(join(folder, "events/dt=2020-01-01"), { recursive: true });
    writeFileSync(join(folder, "events/dt=2020-01-01/x.parquet"), "");
    for (const rows of files) writeCalls(folder, "2026-01-01", rows);
    return folder;
  };

  test.each<[string, () => string, string[], number, RegExp]>([
    [
      "a period without asks",
      () => record,
      ["--since", "2024-01-01", "--until", "2024-02-01"],
      exitCodes.not_found,
      /no ask from 2024-01-01 to 2024-01-31/,
    ],
    [
      "two copies of a call that differ",
      () => calls("differ", [row("a")], [row("a", { error_code: "AccessDenied" })]),
      WHOLE,
      exitCodes.tampered,
      /two copies of a differ/,
    ],
    [
      "a row that is no call",
      () => calls("odd", [row("a"), { ...row("b"), service: null }]),
      WHOLE,
      exitCodes.cannotTell,
      /row 2: it is no call/,
    ],
    [
      "a file that is no Parquet",
      () => {
        const folder = calls("cut", [row("a")]);
        mkdirSync(join(folder, "usage/dt=2026-01-02"));
        writeFileSync(join(folder, "usage/dt=2026-01-02/x.parquet"), "PAR1 and no more");
        return folder;
      },
      WHOLE,
      exitCodes.cannotTell,
      /x\.parquet: /,
    ],
    [
      "a policy that does not load",
      () => record,
      [...WHOLE, "--policy", "docs"],
      exitCodes.config,
      /catalogue/,
    ],
    [
      "a number that is none",
      () => record,
      [...WHOLE, "--unused-days", "soon"],
      exitCodes.usage,
      /--unused-days soon is no whole number/,
    ],
    ["a time that is none", () => record, ["--since", "soon"], exitCodes.usage, /--since soon is no time/],
    ["no folder", () => join(root, "nowhere"), WHOLE, exitCodes.cannotTell, /There is no folder/],
  ])(
    "%s",
    async (_what, events, words, exit, says) => {
      const { code, out, err } = await usage(events(), ...words, "--html", page());
      expect({ code, out }).toEqual({ code: exit, out: "" });
      expect(err).toMatch(says);
      expect(existsSync(page())).toBe(false);
    },
    120_000,
  );

  test("the same call twice counts once", async () => {
    const year = yearOf({ seed: 6, asks: 230 });
    const [once, twice] = [join(root, "once"), join(root, "twice")];
    const used = usedIn(year.grants);
    for (const folder of [once, twice]) {
      writeYear(folder, year);
      writeUse(folder, used);
    }
    writeCalls(twice, "2026-01-01", used.rows.slice(0, 50));
    const [one, other] = [await usage(once, ...WHOLE, "--json"), await usage(twice, ...WHOLE, "--json")];
    expect(one.code).toBe(exitCodes.ok);
    expect(JSON.parse(other.out).grants).toEqual(JSON.parse(one.out).grants);
  }, 120_000);
});
