import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { withLock } from "../../local/install.ts";
import { sharedPaths } from "../../local/paths.ts";

// Version 2 is on no package index. Both run a `credential_process` by botocore's one provider for it. An environment of
// its own: it wants another botocore than the local AWS.
const PIN = "awscli==1.46.3";

const run = promisify(execFile);
const venv = join(sharedPaths.home, "awscli");

/** The official AWS CLI, installed once beside the local AWS; its path. */
export async function installAwsCli(): Promise<string> {
  const marker = join(venv, PIN);
  await withLock({ path: `${venv}.lock`, whenHeld: "wait" }, async () => {
    if (existsSync(marker)) return;
    const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" };
    await run(join(sharedPaths.venv, "bin", "python"), ["-m", "venv", "--clear", venv], { env });
    await run(join(venv, "bin", "python"), ["-m", "pip", "install", "--quiet", PIN], { env });
    writeFileSync(marker, "");
  });
  return join(venv, "bin", "aws");
}
