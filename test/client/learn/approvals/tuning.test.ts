import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { folderAt } from "../../../../client/policy/folder.ts";
import { checkPolicy } from "../../../../client/policy/report.ts";
import { inCopy, realPolicy } from "../../../core/policy/files/edited.ts";
import { capture } from "../../commands/run.ts";
import { usedIn, writeUse } from "../year/used.ts";
import { writeYear } from "../year/write.ts";
import { yearOf } from "../year/year.ts";

const DOC = join(import.meta.dirname, "../../../../docs/tuning.md");
const BLOCK = /^```console\n(.*?)^```$/gms;

const folder = mkdtempSync(join(tmpdir(), "latchkey-tuning-"));
const before = process.cwd();
let explained = "";
beforeAll(() => {
  const year = yearOf({ seed: 10, asks: 600 });
  // The first that the rule asked for.
  explained = year.grants.find(({ rules }) => rules.includes("whole-corpus-needs-ml-platform"))?.id ?? "";
  // As `npm run year -- --asks 600 --keep record` makes it.
  writeYear(join(folder, "record"), year);
  writeUse(join(folder, "record"), usedIn(year.grants));
  cpSync(realPolicy, join(folder, "policy"), { recursive: true });
  process.chdir(folder);
}, 280_000);
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** What changes with every change of the example policy, and says nothing here, is left out. */
const steady = (text: string): string =>
  text
    .replace(/sha256:[0-9a-f]{12,}/g, "sha256:…")
    .replace(/\d+(?= (?:rules|agents|people and|resources|cases and|of risk)\b)/g, "…");

/** What a command prints in either way, in this process. */
async function captured(words: readonly string[]): Promise<{ out: string; err: string }> {
  const logged: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void logged.push(`${line}\n`));
  const { out, err } = await capture(...words).finally(() => log.mockRestore());
  return { out: logged.join("") + out, err };
}

/** One line of the page, run; what it prints. */
async function printed(line: string): Promise<string> {
  const [command = "", file] = line.split(" > ");
  const [program, ...words] = command.replace("GRANT", explained).split(" ");
  if (program === "git") {
    const { status, stderr } = spawnSync("git", words, { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    return "";
  }
  const { out, err } = await captured(words);
  if (file === undefined) return out + err;
  writeFileSync(file, out);
  return err;
}

it("the rule that docs/tuning.md puts on trial loads, as it stands there", () => {
  const [, rule = ""] = /^```cedar\n(.*?)^```$/ms.exec(readFileSync(DOC, "utf8")) ?? [];
  inCopy((dir) => {
    appendFileSync(join(dir, "rules/on-trial.cedar"), `\n${rule}`);
    expect(checkPolicy(folderAt(dir))).toMatchObject({ ok: true });
  });
});

it("docs/tuning.md is what its commands print, one after the other", async () => {
  const text = readFileSync(DOC, "utf8");
  const blocks: string[] = [];
  for (const [, block = ""] of text.matchAll(BLOCK)) {
    const commands = block.split("\n").filter((line) => line.startsWith("$ "));
    let shown = "";
    for (const command of commands) shown += `${command}\n${await printed(command.slice(2))}`;
    blocks.push(steady(shown));
  }
  expect(blocks).toHaveLength(4);
  const made = text.replace(BLOCK, () => `\`\`\`console\n${blocks.shift()}\`\`\``);
  // `-u` writes the page anew, whose words are then read again by a person.
  await expect(made).toMatchFileSnapshot(DOC);
}, 240_000);
