import { readFileSync, writeFileSync } from "node:fs";
import { projectRoot } from "../../infra/function.ts";
import { synthesize } from "../infra/templates.ts";
import { accessProblems, type Played, play } from "./play.ts";
import { expectedIn, reportOf, withReport } from "./report.ts";
import { scenes } from "./scenes.ts";
import { watchedBy } from "./watched.ts";

const file = `${projectRoot}docs/gameday.md`;
const doc = readFileSync(file, "utf8");
const expected = expectedIn(doc);
const watched = watchedBy(synthesize());
const [only] = process.argv.slice(2).filter((each) => !each.startsWith("-"));
const played: Played[] = [];
const problems: string[] = [];
for (const scene of scenes.filter(({ id }) => only === undefined || id === only)) {
  const outcome = await play(scene, watched);
  played.push(outcome);
  const wanted = expected.get(scene.id) ?? [];
  for (const alarm of wanted.filter((name) => !outcome.rang.includes(name)))
    problems.push(`${scene.id}: ${alarm} did not ring`);
  for (const alarm of outcome.rang.filter((name) => !wanted.includes(name)))
    problems.push(`${scene.id}: ${alarm} rang, and docs/gameday.md does not say so`);
  problems.push(...outcome.stillRings.map((alarm) => `${scene.id}: ${alarm} still rings at the end`));
  problems.push(...accessProblems(outcome).map((problem) => `${scene.id}: ${problem}`));
}
const report = reportOf(played);
process.stdout.write(`${report}\n`);
if (process.argv.includes("--write") && only === undefined) writeFileSync(file, withReport(doc, report));
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
