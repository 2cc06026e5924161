import "../../../../client/policy/steady.ts";

import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PLANTED_CASE, PLANTED_RULE } from "./habits.ts";
import { expectUsage } from "./usage-plants.ts";
import { usedIn, writeUse } from "./used.ts";
import { writeYear } from "./write.ts";
import { PLANTS, yearOf } from "./year.ts";

/**
 * `npm run year`: a year of 100,000 asks, replayed unchanged and changed by the command, with the times that it took, and
 * looked at for what people and agents do. Ends with 1 where a planted fact is not found, or anything else is claimed.
 * `-- --asks 5000` for a quick look. `-- --keep <folder>` only writes the record there, to try commands on.
 */
const { values: given } = parseArgs({
  options: { asks: { type: "string", default: "100000" }, keep: { type: "string" } },
});
const ASKS = Number(given.asks);
const ROOT = join(import.meta.dirname, "../../../..");

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function timed<T>(what: string, work: () => T): T {
  const began = performance.now();
  const result = work();
  say(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

const faults: string[] = [];
const expect = (what: string, is: unknown, wants: unknown): void => {
  if (JSON.stringify(is) !== JSON.stringify(wants))
    faults.push(`${what} is ${JSON.stringify(is)}, not ${JSON.stringify(wants)}`);
};

if (given.keep !== undefined && existsSync(given.keep)) throw new Error(`${given.keep} is there already.`);
const work = mkdtempSync(join(tmpdir(), "latchkey-year-"));
const record = given.keep ?? join(work, "record");

/** Runs the command as people do, in a process of its own. */
function latchkey(what: string, ...args: string[]) {
  return timed(what, () => {
    const { status, stdout, stderr } = spawnSync(
      join(ROOT, "node_modules/.bin/tsx"),
      [join(ROOT, "client/cli.ts"), ...args],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    return { status, stdout, stderr };
  });
}

const PERIOD = ["--events", record, "--since", "2026-01-01", "--until", "2027-01-01"];
function replay(what: string, dir: string, ...more: string[]) {
  const { status, stdout, stderr } = latchkey(
    what,
    "policy",
    "replay",
    "--policy",
    dir,
    ...PERIOD,
    ...more,
    "--json",
  );
  if (stdout === "") faults.push(`${what}: ${stderr}`);
  return { status, report: JSON.parse(stdout || "{}") };
}

function changedPolicy(): string {
  const dir = join(work, "policy");
  cpSync(join(ROOT, "policy"), dir, { recursive: true });
  appendFileSync(join(dir, "rules/approvals.cedar"), `\n${PLANTED_RULE}`);
  writeFileSync(join(dir, "cases/planted.yaml"), PLANTED_CASE);
  return dir;
}

/** Writes the record, as `docs/tuning.md` has it too. */
function writeRecord(): void {
  const year = timed("generated and decided", () => yearOf({ seed: 10, asks: ASKS }));
  const events = timed("written as Parquet", () => writeYear(record, year));
  timed("what was used, written beside", () => writeUse(record, usedIn(year.grants)));
  const bytes = readdirSync(record, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(record, name)))
    .reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
  say(`${events} events, ${Math.round(bytes / 1e6)} MB`);
}

function lookAtIt(): void {
  const unchanged = replay("replayed, unchanged", join(ROOT, "policy"));
  expect("unchanged: exit code", unchanged.status, 0);
  expect("unchanged: asks", unchanged.report.asks, ASKS);
  expect("unchanged: otherwise", [unchanged.report.otherwise, unchanged.report.undecidable], [0, 0]);
  const html = join(work, "replay.html");
  const changed = replay("replayed, with one rule more", changedPolicy(), "--html", html);
  expect("changed: exit code", changed.status, 79);
  expect("changed: flips", changed.report.changes, { allowed_people: PLANTS.flips });
  expect("changed: undecidable", changed.report.undecidable, 0);
  expect(
    "changed: by rule",
    changed.report.byRule?.map(({ id, asks }: { id: string; asks: number }) => [id, asks]),
    [["long-manifest-reads-need-owner", PLANTS.flips]],
  );
  const of = (what: string) => ["insights", what, "--policy", join(ROOT, "policy"), ...PERIOD, "--json"];
  const approvals = latchkey("what people do", ...of("approvals"));
  expect("approvals: exit code", [approvals.status, approvals.status === 0 ? "" : approvals.stderr], [0, ""]);
  const { proposals = [] } = JSON.parse(approvals.stdout || "{}");
  expect(
    "approvals: proposals",
    proposals.map(({ kind, rule }: { kind: string; rule: string }) => [kind, rule]),
    [["automate", "whole-corpus-needs-ml-platform"]],
  );
  const usage = latchkey("what agents use", ...of("usage"));
  expect("usage: exit code", [usage.status, usage.status === 0 ? "" : usage.stderr], [0, ""]);
  expectUsage(usage.stdout, expect);
}

try {
  say(`${ASKS} asks, on ${availableParallelism()} cores, Node ${process.versions.node}`);
  writeRecord();
  if (given.keep === undefined) lookAtIt();
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const fault of faults) say(fault);
const found =
  faults.length === 0 ? "All planted facts are found, and nothing else is claimed." : "Not as planted.";
say(
  given.keep === undefined ? found : `The record is in ${given.keep}: --since 2026-01-01 --until 2027-01-01.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
