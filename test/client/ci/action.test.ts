import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../../client/exit.ts";
import { action, type Ended, runAction } from "./runner.ts";

const GRANT = "abcdefghijklmnop";
const inputs = {
  endpoint: "https://abc123.execute-api.eu-west-1.amazonaws.com/v1",
  ...{ resource: "model-artifacts", access: "write", window: "15m", purpose: "deploy release 42" },
  run: 'echo "deployed with $LATCHKEY_GRANT"',
};
/** A latchkey that was granted access: notes what it was called with, and runs what stands behind `--`. */
const granting = `#!/bin/bash
printf '%s\\0' "$@" > "$RUNNER_TEMP/called"
echo "Grant ${GRANT} waits for 1 of ml-platform" >&2
while [ "$1" != -- ]; do shift; done
shift
LATCHKEY_GRANT=${GRANT} "$@"
`;
/** One that was not: says why, and ends so. */
const refusing = (code: number, why: string) => `#!/bin/bash
echo "Grant ${GRANT} waits for 1 of ml-platform" >&2
printf '%s\\n' '${why}' >&2
exit ${code}
`;
const run = (latchkey: string, more: Record<string, string> = {}): Promise<Ended> =>
  runAction({ ...inputs, ...more }, { commands: { latchkey } }).ended;
const commandsIn = ({ log }: Ended) => log.split("\n").filter((line) => line.startsWith("::"));

describe("the action of GitHub Actions", () => {
  it("runs the command with the access, says with which grant, and what it did in the summary", async () => {
    const ended = await run(granting);
    expect(ended).toMatchObject({ code: 0, output: `grant=${GRANT}\n` });
    expect(ended.log).toContain(`deployed with ${GRANT}`);
    expect(ended.summary).toContain(`write of model-artifacts, grant ${GRANT}: given back.`);
    expect(commandsIn(ended)).toEqual([]);
  });

  it.each<[string, number, string]>([
    ["Access was rejected", exitCodes.rejected, "maya said no to grant abcdefghijklmnop: “not today”."],
    ["Access is denied", exitCodes.denied, "no rule allows this agent this access"],
    [
      "Nobody has decided in time",
      exitCodes.pending,
      "Grant abcdefghijklmnop was not decided within --timeout.",
    ],
    ["There is no access", exitCodes.unavailable, "The broker does not answer."],
  ])("fails with the reason in an annotation and in the summary: %s", async (title, code, why) => {
    const ended = await run(refusing(code, why));
    expect(ended).toMatchObject({ code, output: "" });
    const [command, ...more] = commandsIn(ended);
    expect(more).toEqual([]);
    expect(command).toMatch(new RegExp(`^::error title=${title}::`));
    expect(command).toContain(why);
    expect(ended.summary).toContain(`### ${title}\n\n`);
    expect(ended.summary).toContain(`    ${why}\n`);
    expect(ended.log).not.toContain("deployed");
  });

  it("fails as the command does, which stops at its first failure", async () => {
    const ended = await run(granting, { run: "echo one\n(exit 7)\necho two\n" });
    expect(ended).toMatchObject({ code: 7, output: `grant=${GRANT}\n` });
    expect(ended.log).toContain("one");
    expect(ended.log).not.toContain("two");
    expect(commandsIn(ended)).toEqual([
      expect.stringContaining("::error title=The command failed::It ended with 7."),
    ]);
  });

  it("tells a command that ends with a code of Latchkey's from access that was refused", async () => {
    const ended = await run(granting, { run: `exit ${exitCodes.denied}` });
    expect(commandsIn(ended)).toEqual([
      expect.stringContaining("title=The command failed::It ended with 77."),
    ]);
  });

  it("hands what it is given on as it is: no input is the shell's text, or an option of its own", async () => {
    const hostile = `"; touch pwned; echo "$(touch pwned) \`touch pwned\` \${HOME} '--endpoint=https://evil.example`;
    const marks =
      'for f in "$RUNNER_TEMP"/called pwned; do [ ! -e "$f" ] || { echo "== $f"; tr "\\0" "\\n" < "$f"; }; done';
    const ended = await run(granting, {
      purpose: hostile,
      resource: "--as=root",
      scope: hostile,
      run: marks,
    });
    const said = ended.log.split("\n");
    expect(said).toContain(`--purpose=${hostile}`);
    expect(said).toContain(`--scope=${hostile}`);
    expect(said.filter((line) => line === "--as=root")).toEqual([]);
    expect(ended.log).not.toContain("== pwned");
    expect(said).toContain("--task=example/models/runs/42");
  });

  it("leaves out what was not said", async () => {
    const ended = await run(granting, { run: 'tr "\\0" "\\n" < "$RUNNER_TEMP/called"' });
    for (const option of ["--region", "--scope", "--ticket"]) expect(ended.log).not.toContain(option);
  });

  it("keeps a reason of several lines one annotation, and lets none of it speak to the runner", async () => {
    const why = "no: 100%\n::add-mask::x\n ::error::forged\n<b># heading\na ##[add-mask]b";
    const ended = await run(refusing(exitCodes.denied, why));
    const told = ended.log.split("\n").filter((line) => /^\s*::|##\[/.test(line));
    expect(told).toEqual([
      expect.stringMatching(
        /^::error title=Access is denied::.*no: 100%25%0A::add-mask::x%0A ::error::forged%0A/,
      ),
    ]);
    expect(ended.summary).toContain("    <b># heading\n");
    const outside = ended.summary.split("\n").filter((line) => line !== "" && !line.startsWith("    "));
    expect(outside).toEqual(["### Access is denied"]);
  });

  // The runner trims what .NET calls white space, and begins a line after a carriage return.
  it("lets no line speak to the runner that begins so only for the runner", async () => {
    const why = "no\u00a0\n\u00a0::add-mask::x\n\u3000::error::forged\nquoted\r::warning::forged\r# heading";
    const ended = await run(refusing(exitCodes.denied, why));
    const lines = ended.log.split(/\r\n|\r|\n/).map((line) => line.trim());
    expect(lines.filter((line) => line.startsWith("::"))).toEqual([
      expect.stringMatching(/^::error title=Access is denied::/),
    ]);
    expect(ended.summary).not.toContain("\r");
  });

  it("says the run alone where the repository's name has no room", async () => {
    const show = 'tr "\\0" "\\n" < "$RUNNER_TEMP/called"';
    const env = { GITHUB_REPOSITORY: `example/${"m".repeat(120)}` };
    const given = { ...inputs, run: show };
    const ended = await runAction(given, { commands: { latchkey: granting }, env }).ended;
    expect(ended.log.split("\n")).toContain("--task=runs/42");
  });

  it("lets the command speak to the runner, once it has begun", async () => {
    const ended = await run(granting, { run: "echo ::notice::out\necho ::warning::err >&2" });
    expect(commandsIn(ended).sort()).toEqual(["::notice::out", "::warning::err"]);
    expect(ended.log).not.toContain("begun ");
  });

  it.each(["endpoint", "resource", "access", "window", "purpose", "run"])(
    "asks for nothing without its %s",
    async (name) => {
      const ended = await run(granting, { [name]: "" });
      expect(ended.code).toBe(exitCodes.usage);
      expect(commandsIn(ended)).toEqual([expect.stringContaining(`Give the step its \`${name}\`.`)]);
      expect(ended.log).not.toContain("waits for");
    },
  );

  it("says what to do where latchkey is not installed", async () => {
    const ended = await runAction(inputs).ended;
    expect(ended.code).toBe(127);
    expect(commandsIn(ended)).toEqual([expect.stringContaining("npm ci, with latchkey in package.json")]);
  });

  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM"])(
    "passes on the %s of a cancelled job, and waits until the access is given back",
    async (signal) => {
      const waiting = `#!/bin/bash
trap 'sleep 0.2; echo given back; exit 130' TERM
touch "$RUNNER_TEMP/waiting"
while :; do sleep 0.05; done
`;
      const running = runAction(inputs, { commands: { latchkey: waiting } });
      while (!existsSync(join(running.folder, "temp/waiting"))) await setTimeout(20);
      running.kill(signal);
      const ended = await running.ended;
      expect(ended.log).toContain("given back");
      expect(ended.code).toBe(130);
    },
  );
});

describe("the action's file", () => {
  it("puts no expression into a shell's text, and each input into a variable", () => {
    for (const { run: text, env, shell } of action.runs.steps) {
      expect(text).not.toContain("${{");
      expect(shell).toBe("bash");
      expect(Object.values(env).sort()).toEqual(
        Object.keys(action.inputs)
          .map((name) => `\${{ inputs.${name} }}`)
          .sort(),
      );
    }
    expect(action.runs.using).toBe("composite");
  });

  it("uses no other action", () => {
    expect(readFileSync("client/github-action/action.yml", "utf8")).not.toMatch(/^\s*(- )?uses:/m);
    expect(readdirSync("client/github-action")).toEqual(["action.yml"]);
  });
});
