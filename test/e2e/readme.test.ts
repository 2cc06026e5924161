import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { projectRoot } from "../../local/paths.ts";
import { installAwsCli } from "./aws-cli.ts";

const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), "latchkey-walk-"));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  rmSync(join(projectRoot, "conversations.jsonl"), { force: true });
});

/** The commands of one section of the README, word for word. */
function commandsOf(section: string): string {
  const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
  const text = readme.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, code]) => code).join("\n");
}

test("a new user's walk through “Five minutes for agent authors”, word for word", async () => {
  const walk = commandsOf("Five minutes for agent authors");
  expect(walk).toContain("latchkey run");
  // Installed already, by whoever runs this test; and it runs from a checkout that others read now.
  const commands = walk.replace(/^npm ci$/m, ":");
  const { stdout, stderr } = await run(
    "bash",
    ["--norc", "-e", "-u", "-o", "pipefail", "-x", "-c", commands],
    {
      cwd: projectRoot,
      timeout: 110_000,
      env: {
        HOME: home,
        // The AWS CLI of whoever has one is here the one that the tests install.
        PATH: `${dirname(await installAwsCli())}:${process.env.PATH}`,
        LATCHKEY_HOME: process.env.LATCHKEY_HOME ?? ".latchkey",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    },
  );
  expect(stdout).toMatch(/^support-conversations +read,list +1h +at once/m);
  expect(stdout).toContain("priya");
  expect(stderr).not.toMatch(/^\s+at /m);
  const file = join(projectRoot, "conversations.jsonl");
  expect(existsSync(file) && statSync(file).size).toBeGreaterThan(1_000);
});
