import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../local/paths.ts";

const run = promisify(execFile);
const WORK = [
  ["nothing", [0], ""],
  ["exporter", [1_000, 10_000], "events in a batch (5,000 as deployed)"],
  ["masker", [4, 40], "MB of rows in a stream"],
  ["sweep", [10, 1_000], "live grants, all of which are in this process too"],
] as const;

async function most(what: string, size: number): Promise<number> {
  const child = join(projectRoot, "test/bench/memory-child.ts");
  const env = {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_REGION: "us-east-1",
  };
  const { stdout } = await run(process.execPath, ["--import", "tsx", child, what, String(size)], { env });
  const bytes = Number(stdout.split("\n").at(-1));
  if (!(bytes > 0)) throw new Error(`${what} ${size} said nothing of its memory`);
  return bytes;
}

/** The most memory of a process that does one thing, beside one that does nothing, for two sizes of it. */
export async function benchMemory(): Promise<string[]> {
  const rows: string[] = [];
  let base = 0;
  for (const [what, sizes, unit] of WORK)
    for (const size of sizes) {
      const bytes = await most(what, size);
      base ||= bytes;
      const megabytes = (bytes / 1_000_000).toFixed(0);
      rows.push(
        `| ${what} | ${size ? `${size} ${unit}` : ""} | ${megabytes} | ${(bytes / base).toFixed(2)} |`,
      );
    }
  return ["| what | size | most MB | × nothing |", "| --- | --- | --: | --: |", ...rows];
}
