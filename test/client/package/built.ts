import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export const root = join(import.meta.dirname, "../../..");
export const run = promisify(execFile);

export const emptyFolder = (name: string): string => mkdtempSync(join(tmpdir(), `latchkey-${name}-`));

/** Builds the package as `npm run package` does, into a folder of the test's own. */
export async function buildInto(folder: string): Promise<string> {
  const out = join(folder, "package");
  await run(process.execPath, ["--import", "tsx", "client/build.ts", "--out", out], { cwd: root });
  return out;
}
