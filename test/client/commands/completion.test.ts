import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { program } from "../../../client/cli.ts";
import { nodesOf } from "../../../client/completion/tree.ts";
import { loadGroup } from "../../../client/lazy.ts";
import { capture } from "./run.ts";

const script = async (shell: string): Promise<string> => (await capture("completion", shell)).out;

/** What bash offers after these words, the last of which is being typed. */
function offered(source: string, ...words: string[]): string[] {
  const line = ["latchkey", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `${source}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}
    complete -p latchkey >/dev/null && _latchkey && printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", ask], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter(Boolean);
}

describe("completion", () => {
  test("in bash offers commands, their commands, closed sets and options, and none behind --", async () => {
    const bash = await script("bash");
    expect(offered(bash, "req")).toEqual(["request"]);
    expect(offered(bash, "")).toEqual(expect.arrayContaining(["catalogue", "audit", "doctor", "policy"]));
    expect(offered(bash, "lockdown", "")).toEqual(expect.arrayContaining(["set", "list", "lift"]));
    expect(offered(bash, "lockdown", "set", "ev")).toEqual(["everything"]);
    expect(offered(bash, "audit", "ver")).toEqual(["verify"]);
    expect(offered(bash, "request", "claims", "read", "--pur")).toEqual(["--purpose"]);
    expect(offered(bash, "completion", "")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
    expect(offered(bash, "request", "--", "--pur")).toEqual([]);
  });

  test.each(["zsh", "fish"])("in %s names every command", async (shell) => {
    const text = await script(shell);
    const latchkey = program();
    for (const group of latchkey.commands) await loadGroup(group);
    const names = nodesOf(latchkey).flatMap(({ path }) => path);
    for (const name of names) expect(text).toContain(name);
    expect(names.length).toBeGreaterThan(20);
  });
});
