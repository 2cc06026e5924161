// npm run policy -- check | test | explain <case> | coverage. Exit codes: 0 right, 1 something is wrong, 2 wrongly called.
import "./steady.ts";

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { explain } from "./explain.ts";
import { PolicyError } from "./problem.ts";
import { checkPolicy, coverage, testPolicy } from "./report.ts";

const USAGE = `Usage: npm run policy -- <command>

  check            load and check every file of the policy, and say its version
  test             try every case of cases/ and risk-cases.yaml
  explain <case>   tell how one case is decided, by its name or a part of it
  coverage         list the cases for and against each rule
`;

const commands: Record<string, { takes: number; run(root: string, name: string): Said }> = {
  check: { takes: 0, run: checkPolicy },
  test: { takes: 0, run: testPolicy },
  explain: { takes: 1, run: explain },
  coverage: { takes: 0, run: coverage },
};
type Said = { ok: boolean; lines: string[] };

/** Does what the arguments say: what to print, and the exit code. */
export function policyCommand(args: readonly string[], root: string): { code: 0 | 1 | 2; text: string } {
  const [name = "", ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || rest.length !== command.takes) {
    const wrong = command ? `${name} takes ${command.takes === 0 ? "nothing else" : "one case"}` : undefined;
    const why = wrong ?? (name === "" ? "no command given" : `no command ${name}`);
    return { code: 2, text: `${why}\n\n${USAGE}` };
  }
  try {
    const { ok, lines } = command.run(root, rest[0] ?? "");
    return { code: ok ? 0 : 1, text: `${lines.join("\n")}\n` };
  } catch (error) {
    if (error instanceof PolicyError) return { code: 1, text: `${error.message}\n` };
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(fileURLToPath(new URL("../../policy", import.meta.url)));
  const { code, text } = policyCommand(process.argv.slice(2), root);
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = code;
}
