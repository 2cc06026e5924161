import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { folderAt } from "../../../client/policy/folder.ts";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { loadPolicy } from "../../../functions/core/policy/files/load.ts";
import { companionsOf, POLICY_FILE } from "../../../infra/bundling.ts";
import { projectRoot } from "../../../local/paths.ts";
import { median } from "../measure.ts";
import { type Bundle, bundles } from "./bundles.ts";
import { environmentFor } from "./environment.ts";

const run = promisify(execFile);
const BOOT = join(projectRoot, "test/bench/start/boot.mjs");
const measured = z.strictObject({ took: z.number(), cpu: z.number() });

/** One cold start of a file: a Node process of its own, with nothing of this one's environment. */
async function started(file: string, environment: Record<string, string>) {
  const env = {
    ...{ AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: "latchkey-bench" },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...environment,
  };
  // What Node prints of a fault quotes the line, which in a minified file is most of it.
  const { stdout } = await run(process.execPath, [BOOT, file], { env }).catch(({ stderr }) => {
    throw new Error(`${file} does not start: ${/^\w*Error: .*$/m.exec(String(stderr))?.[0]}`);
  });
  return measured.parse(JSON.parse(stdout));
}

/** Writes the bundles as they are deployed, each with what lies beside it. Answers the file to import, by name. */
function written(folder: string, all: readonly Bundle[], policy: PolicyBundle): Map<string, string> {
  return new Map(
    all.map(({ name, code, cedar }) => {
      const file = join(folder, name, "index.mjs");
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
      writeFileSync(join(dirname(file), basename(POLICY_FILE)), JSON.stringify(policy));
      for (const beside of companionsOf(cedar ? "engine" : undefined))
        if (beside !== POLICY_FILE)
          copyFileSync(join(projectRoot, beside), join(dirname(file), basename(beside)));
      return [name, file];
    }),
  );
}

export type Start = { name: string; bytes: number; cedar: boolean; took: number; cpu: number };

/** Every bundle and an empty function in turn, `rounds` times, so that a machine whose speed drifts drifts for all. */
export async function measureStarts(rounds: number): Promise<{ empty: Start; starts: Start[] }> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
  try {
    const empty: Bundle = {
      name: "empty",
      code: Buffer.from("export const handler = async () => ({});\n"),
      cedar: false,
    };
    const all = [empty, ...(await bundles())];
    const policy = loadPolicy(folderAt(join(projectRoot, "policy")));
    const files = written(folder, all, policy);
    const seen = new Map(all.map(({ name }) => [name, { took: [] as number[], cpu: [] as number[] }]));
    for (let round = 0; round < rounds; round += 1)
      for (const [name, file] of files) {
        const { took, cpu } = await started(file, name === "empty" ? {} : await environmentFor(name, policy));
        seen.get(name)?.took.push(took);
        seen.get(name)?.cpu.push(cpu);
      }
    const [first, ...starts] = all.map(({ name, code, cedar }) => {
      const { took = [], cpu = [] } = seen.get(name) ?? {};
      return { name, bytes: code.length, cedar, took: median(took), cpu: median(cpu) };
    });
    if (!first) throw new Error("nothing was measured");
    return { empty: first, starts };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
