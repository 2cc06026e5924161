import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { instancePaths, projectRoot, sharedPaths } from "../../local/paths.ts";

const run = promisify(execFile);

test("a boto3 script that only knows local.json asks, polls, collects, lists, reads, and is refused elsewhere and after the end", async () => {
  const python = join(sharedPaths.venv, "bin", "python");
  expect(existsSync(python)).toBe(true);
  const script = join(projectRoot, "docs", "examples", "agent.py");
  const { stdout } = await run(python, [script, instancePaths().localJson], {
    timeout: 110_000,
    env: { PATH: process.env.PATH ?? "" },
  });
  const said = JSON.parse(stdout) as Record<string, unknown>;
  expect(said).toEqual({
    asked: "APPROVED",
    status: "ACTIVE",
    listed: true,
    read: true,
    elsewhere: "AccessDenied",
    after: expect.stringMatching(/AccessDenied|ExpiredToken|InvalidClientTokenId|403/),
  });
});
