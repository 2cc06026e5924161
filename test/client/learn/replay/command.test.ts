import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodes } from "../../../../client/exit.ts";
import type { RecordedGrant } from "../../../../client/learn/record/grant.ts";
import { replayPieces } from "../../../../client/learn/replay/pool.ts";
import { gathering } from "../../../../client/learn/replay/report.ts";
import { realPolicy } from "../../../core/policy/files/edited.ts";
import { deployPolicy } from "../../../fakes/policy.ts";
import { policyCommand } from "../../policy/command.ts";
import { PLANTED_CASE, PLANTED_RULE } from "../year/habits.ts";
import { writeYear } from "../year/write.ts";
import { PLANTS, YEAR, yearOf } from "../year/year.ts";

const ASKS = 1_000;
const RULE = "long-manifest-reads-need-owner";
const work = mkdtempSync(join(tmpdir(), "latchkey-replay-"));
const record = join(work, "record");
const changed = join(work, "policy");
let grants: RecordedGrant[];
beforeAll(() => {
  ({ grants } = yearOf({ seed: 10, asks: ASKS }));
  writeYear(record, { grants });
  cpSync(realPolicy, changed, { recursive: true });
  appendFileSync(join(changed, "rules/approvals.cedar"), `\n${PLANTED_RULE}`);
  writeFileSync(join(changed, "cases/planted.yaml"), PLANTED_CASE);
}, 120_000);
afterAll(() => rmSync(work, { recursive: true }));

const PERIOD = ["--since", "2026-01-01", "--until", "2027-01-01", "--jobs", "1"];
const replay = (dir: string, ...more: string[]) =>
  policyCommand(dir, "replay", "--events", record, ...PERIOD, ...more);

describe("latchkey policy replay", () => {
  it("flips nothing under the unchanged policy", async () => {
    const { code, text } = await replay(realPolicy);
    expect(text).toContain("None of 1,000 asks would be decided otherwise.\n");
    expect(code).toBe(exitCodes.ok);
  });

  it("finds exactly the asks that a planted rule flips, by rule and agent, and claims nothing else", async () => {
    const page = join(work, "replay.html");
    const { code, printed, text } = await replay(changed, "--json", "--html", page);
    expect([code, text]).toEqual([
      exitCodes.changed,
      `${PLANTS.flips} of 1,000 asks would be decided otherwise.\n`,
    ]);
    const report = JSON.parse(printed);
    const flips = grants.filter(({ windowSeconds }) => windowSeconds === 1740);
    expect(report).toMatchObject({
      ...{ asks: ASKS, same: ASKS - 137, otherwise: 137, undecidable: 0, changes: { allowed_people: 137 } },
      byRule: [{ id: RULE, asks: 137, first: flips[0]?.id }],
      byAgent: [{ id: "annotation-helper", asks: 137 }],
      examples: flips.slice(0, 3).map(({ id, askedAt }) => ({
        ...{ id, askedAt, before: { outcome: "allow", stages: [] } },
        after: { outcome: "needs_approval", stages: [{ group: "ml-platform", quorum: 1, rule: RULE }] },
      })),
    });
    expect(readFileSync(page, "utf8")).toContain(text.trim());
    expect(statSync(page).mode & 0o777).toBe(0o600);
  });

  it("compares with another policy instead, and narrows to a rule or an agent", async () => {
    const back = await replay(realPolicy, "--against", changed, "--agent", "annotation-helper", "--json");
    expect(JSON.parse(back.printed)).toMatchObject({ otherwise: 137, changes: { people_allowed: 137 } });
    const about = await replay(changed, "--rule", RULE, "--json");
    expect(JSON.parse(about.printed)).toMatchObject({ asks: 137, otherwise: 137 });
  });

  it("lists what cannot be decided, never guesses it, and ends with 79 for it only when told to be strict", async () => {
    const old = join(work, "old");
    writeYear(old, { grants: grants.slice(0, 150).map(({ context: _, ...grant }) => grant) });
    const asked = ["replay", "--events", old, ...PERIOD, "--json"];
    const { code, printed } = await policyCommand(changed, ...asked);
    expect(code).toBe(exitCodes.ok);
    const { open, otherwise, undecidable } = JSON.parse(printed);
    expect(otherwise).toBe(0);
    expect(undecidable).toBeGreaterThan(50);
    expect(open.flatMap(({ facts }: { facts: string[] }) => facts)).toContain("risk");
    const strict = await policyCommand(changed, ...asked, "--strict");
    expect([strict.code, strict.text]).toEqual([
      exitCodes.changed,
      expect.stringContaining("cannot be decided"),
    ]);
  });

  it.each<[string, () => string[], number, RegExp]>([
    [
      "a period without asks",
      () => ["--since", "2027-01-02", "--until", "2027-01-03"],
      exitCodes.not_found,
      /has no ask/,
    ],
    [
      "an agent that asked nothing",
      () => ["--agent", "access-reviewer"],
      exitCodes.not_found,
      /by access-reviewer/,
    ],
    [
      "a rule that had no part in any ask",
      () => ["--rule", "masked-only", "--agent", "eval-runner"],
      exitCodes.not_found,
      /about rule masked-only/,
    ],
    ["nobody's agent", () => ["--agent", "nobody"], exitCodes.cannotTell, /^There is no agent nobody: /],
    ["nobody's rule", () => ["--rule", "nobody"], exitCodes.cannotTell, /^There is no rule nobody: /],
    [
      "a folder on the local AWS",
      () => ["--local"],
      exitCodes.usage,
      /record is a folder, which is read as it is/,
    ],
    [
      "no folder",
      () => ["--events", join(work, "nowhere")],
      exitCodes.cannotTell,
      /^There is no folder .*nowhere\.$/m,
    ],
    ["a number that is none", () => ["--examples", "many"], exitCodes.usage, /--examples many/],
  ])("says what is wrong with %s, and leaves no page", async (_what, more, exitCode, message) => {
    const page = join(work, "never.html");
    const { code, text } = await replay(realPolicy, ...more(), "--html", page);
    expect([code, text]).toEqual([exitCode, expect.stringMatching(message)]);
    expect(existsSync(page)).toBe(false);
  });

  it("says where a policy does not parse, and decides nothing", async () => {
    const broken = join(work, "broken");
    cpSync(realPolicy, broken, { recursive: true });
    appendFileSync(join(broken, "rules/approvals.cedar"), "forbid (");
    const { code, text } = await replay(broken);
    expect([code, text]).toEqual([exitCodes.config, expect.stringMatching(/approvals\.cedar:\d+/)]);
  });

  it("stops at a broken download without a result that looks whole, in this thread and in workers", async () => {
    const cut = join(work, "cut");
    cpSync(record, cut, { recursive: true });
    const day = join(cut, "events", readdirSync(join(cut, "events")).sort().at(-1) ?? "");
    const file = join(day, readdirSync(day)[0] ?? "");
    writeFileSync(file, readFileSync(file).subarray(0, 500));
    const { code, text, printed } = await replay(realPolicy, "--events", cut);
    expect([code, text]).toEqual([exitCodes.cannotTell, expect.stringMatching(/^events\/dt=.*parquet: /)]);
    expect(printed).toBe("");
  });
});

describe("policy diff with a record", () => {
  it("tells what the days of it would have been, as a section of the comment", async () => {
    const { code, printed, text } = await policyCommand(
      ...([changed, "diff", "--against", realPolicy, "--events", record, ...PERIOD] as const),
    );
    expect(code).toBe(exitCodes.changed);
    expect(text).toContain("Of the record: 137 of 1,000 asks would be decided otherwise.");
    expect(printed).toContain("### What the last 365 days would have been");
    expect(printed).toContain(`| rule \`${RULE}\` | 137 | automatic → people asked: 137 |`);
  });

  it.each(["--since", "--until", "--jobs", "--workgroup", "--as"])(
    "refuses %s where no record is named",
    async (option) => {
      const { code, text, printed } = await policyCommand(
        changed,
        "diff",
        "--against",
        realPolicy,
        option,
        "7d",
      );
      expect([code, text, printed]).toEqual([
        exitCodes.usage,
        `${option} is about a record: name it with --events.\n`,
        "",
      ]);
    },
  );
});

describe("workers", () => {
  it("decide as one thread does, and end at the first fault", async () => {
    const setup = { policy: deployPolicy().bundle, period: YEAR };
    const folders = readdirSync(join(record, "events")).slice(0, 40);
    async function* pieces() {
      for (const day of folders)
        for (const name of readdirSync(join(record, "events", day)))
          yield { key: `${day}/${name}`, bytes: readFileSync(join(record, "events", day, name)) };
    }
    const reports = [];
    for (const jobs of [1, 2]) {
      const gathered = gathering();
      await replayPieces(pieces(), setup, { jobs, took: gathered.took, most: 1 });
      const side = { name: "policy", version: setup.policy.version };
      reports.push(gathered.report({ period: YEAR, policy: side, examples: 3 }));
    }
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[0]?.asks).toBeGreaterThan(30);
    expect(reports[0]?.otherwise).toBe(0);
    async function* spoilt() {
      yield* pieces();
      yield { key: "spoilt", bytes: new Uint8Array(9) };
    }
    await expect(
      replayPieces(spoilt(), setup, { jobs: 2, took: () => undefined, most: 1 }),
    ).rejects.toMatchObject({
      exitCode: exitCodes.cannotTell,
      message: expect.stringContaining("spoilt: "),
    });
  });
});
