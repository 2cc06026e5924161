import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodes } from "../../../client/exit.ts";
import { folderAt } from "../../../client/policy/folder.ts";
import { folderInGit } from "../../../client/policy/git-folder.ts";
import { loadPolicy } from "../../../functions/core/policy/files/load.ts";
import { loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";
import { applyEdit, type Edit, realPolicy, whileCopied } from "../../core/policy/files/edited.ts";
import { policyCommand } from "./command.ts";

const QUORUM: Edit = { file: "rules/approvals.cedar", find: '@quorum("1")', by: '@quorum("2")' };
const EXCEPTED: Edit = {
  file: "rules/approvals.cedar",
  find: '!resource.tags.contains("special-category")',
  by: '!resource.tags.contains("special-category") && principal != Agent::"release-job"',
};
const RISK: Edit = { file: "risk.yaml", find: "timeZone: Europe/Berlin", by: "timeZone: Berlin" };

/** How many asks the cases of the real policy make, each counted once. */
const { cases, riskCases } = loadWithCases(folderAt(realPolicy));
const asked = new Set(
  [...cases, ...riskCases].map(({ case: { agent, ask, at, context } }) =>
    JSON.stringify([agent, ask, at, context]),
  ),
).size;

/** A repository of its own with the real policy in a folder of it. */
const repository = mkdtempSync(join(tmpdir(), "latchkey-diff-"));
const dir = join(repository, "ops", "policy");
const git = (...args: string[]) =>
  execFileSync("git", ["-C", repository, "-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
    encoding: "utf8",
  }).trim();
function commit(...edits: Edit[]): string {
  for (const edit of edits) applyEdit(dir, edit);
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", "x");
  return git("rev-parse", "HEAD");
}
let first: string;
beforeAll(() => {
  git("init", "-q", "-b", "main");
  commit();
  git("tag", "empty");
  cpSync(realPolicy, dir, { recursive: true });
  first = commit();
});
afterAll(() => rmSync(repository, { recursive: true }));

describe("latchkey policy diff", () => {
  it("ends with 0 when every ask is decided as before, against a commit and against a folder", async () => {
    for (const against of ["main", "HEAD", first.slice(0, 10), realPolicy]) {
      const { code, text } = await policyCommand(dir, "diff", "--against", against);
      expect([against, code, text]).toEqual([
        against,
        0,
        expect.stringContaining(`None of the ${asked} asks`),
      ]);
    }
  });

  it("tells what is decided otherwise as docs/policy.md shows it, and ends with a code of its own", async () => {
    const { code, text, printed } = await whileCopied((changed) => {
      applyEdit(changed, EXCEPTED);
      return policyCommand(changed, "diff", "--against", realPolicy);
    });
    expect(code).toBe(exitCodes.changed);
    expect(text).toBe(`2 of the ${asked} asks compared would be decided otherwise: 2 would be let more.\n`);
    const rows = printed.split("\n").filter((line) => line.startsWith("| `"));
    expect(rows).toHaveLength(2);
    const doc = readFileSync(join(realPolicy, "../docs/policy.md"), "utf8").split("\n");
    expect(doc).toEqual(expect.arrayContaining(rows));
  });

  it("gives programs every answer of both", async () => {
    const { printed } = await whileCopied((changed) => {
      applyEdit(changed, QUORUM);
      return policyCommand(changed, "diff", "--json", "--against", realPolicy);
    });
    const answer = JSON.parse(printed);
    expect(answer).toMatchObject({ compared: asked, after: { name: "policy" }, byOtherRules: [] });
    const profiles = answer.otherwise.find(
      (each: { question: { name: string } }) =>
        each.question.name === "the release job reads customer profiles",
    );
    expect(profiles).toMatchObject({
      changed: ["stages"],
      before: { stages: [{ quorum: 1 }] },
      after: { stages: [{ quorum: 2 }] },
    });
  });

  it("asks what the cases of both sides ask: one that was taken away with its rule is still compared", async () => {
    const { printed } = await whileCopied((changed) => {
      rmSync(join(changed, "cases/windows.yaml"));
      writeFileSync(
        join(changed, "risk-cases.yaml"),
        "cases:\n  - { name: one, agent: rag-indexer, ask: { resource: embedding-corpus, access: read, windowSeconds: 600 }, band: medium }\n",
      );
      return policyCommand(changed, "diff", "--json", "--against", realPolicy);
    });
    expect(JSON.parse(printed).compared).toBe(asked);
  });

  it("says of which side it is that does not load, with file and line", async () => {
    const here = await whileCopied((changed) => {
      applyEdit(changed, RISK);
      return policyCommand(changed, "diff", "--against", realPolicy);
    });
    expect(here).toMatchObject({ code: exitCodes.config, printed: "" });
    expect(here.text).toContain(
      "The policy in policy does not load. 1 problem in the policy:\npolicy/risk.yaml:5: ",
    );
    const broken = commit(RISK);
    git("reset", "-q", "--hard", first);
    const there = await policyCommand(dir, "diff", "--against", broken);
    expect(there.code).toBe(exitCodes.config);
    expect(there.text).toContain(`The policy to compare with, ${broken}:ops/policy, does not load.`);
    expect(there.text).toContain(`\n${broken}:ops/policy/risk.yaml:5: timeZone`);
  });

  it.each<[string, string, RegExp]>([
    ["an option", "--output=/tmp/x", /is not the name of a commit/],
    ["a short option", "-q", /is not the name of a commit/],
    ["a range", "main..HEAD", /is not the name of a commit/],
    ["a path in a commit", "HEAD:ops", /is not the name of a commit/],
    ["several words", "HEAD main", /is not the name of a commit/],
    ["a line break", "HEAD\n--help", /is not the name of a commit/],
    ["nothing", "", /is not the name of a commit/],
    ["what there is not", "release/9", /no commit release\/9 here: fetch it first/],
  ])("compares with no commit that is %s", async (_, against, says) => {
    const { code, text, printed } = await policyCommand(dir, "diff", `--against=${against}`);
    expect([code, printed]).toEqual([exitCodes.usage, ""]);
    expect(text).toMatch(says);
  });

  it("compares with a folder only where one is written as a path: a branch may hold a folder called like a commit", async () => {
    // The tests stand where there is a folder `policy`.
    const bare = await policyCommand(dir, "diff", "--against", "policy");
    expect(bare).toMatchObject({ code: exitCodes.usage, printed: "" });
    expect(bare.text).toMatch(/no commit policy here: .*a folder is written \.\/policy/);
    expect((await policyCommand(dir, "diff", "--against", "./policy")).code).toBe(exitCodes.ok);
    const none = await policyCommand(dir, "diff", "--against", "./no-policy");
    expect(none).toMatchObject({
      code: exitCodes.usage,
      text: "There is no folder ./no-policy to compare with.\n",
    });
  });

  it("sees no repository in a policy folder that looks like one, whose configuration could run programs", async () => {
    const { code, text } = await whileCopied(async (copy) => {
      execFileSync("git", ["init", "-q", "--bare", copy]);
      execFileSync("git", ["-C", copy, "fetch", "-q", repository, "main:main"]);
      return policyCommand(copy, "diff", "--against", "main");
    });
    expect(code).toBe(exitCodes.usage);
    expect(text).toMatch(/is in no git repository: cannot use bare repository/);
  });

  it("says that a folder is in no repository, and that a commit has no policy", async () => {
    const alone = await whileCopied((copy) => policyCommand(copy, "diff", "--against", "main"));
    expect(alone.text).toMatch(/is in no git repository, so there is no \S+ of it: a folder is written as/);
    const without = await policyCommand(dir, "diff", "--against", "empty");
    expect(without).toMatchObject({
      code: exitCodes.usage,
      text: "empty:ops/policy does not exist: there is no policy in that commit.\n",
    });
    expect((await policyCommand("nowhere", "diff", "--against", "main")).text).toBe(
      "There is no policy folder nowhere: name it with --dir.\n",
    );
  });
});

describe("a policy folder in a commit", () => {
  it("is the same policy as the folder that was committed", () => {
    const inCommit = folderInGit(dir, "main");
    const onDisk = folderAt(dir);
    for (const path of ["", "cases", "rules", "catalogue"]) {
      const [one, other] = [inCommit.list(path), onDisk.list(path)];
      expect("value" in one && "value" in other && [...one.value].sort()).toEqual(
        "value" in other && [...other.value].sort(),
      );
    }
    // The files beside the folders count too: what is decided otherwise is told by the version.
    expect(loadPolicy(inCommit).version).toBe(loadPolicy(onDisk).version);
    const text = inCommit.read("risk.yaml");
    expect("value" in text && Buffer.from(text.value)).toEqual(
      Buffer.from((onDisk.read("risk.yaml") as { value: Uint8Array }).value),
    );
    expect(inCommit.read("nothing.yaml")).toEqual({ reason: "it does not exist" });
    expect(inCommit.list("nothing")).toEqual({ reason: "it does not exist" });
  });

  it("does not change when the branch moves on, and follows no link out of it", () => {
    const before = folderInGit(dir, "main");
    rmSync(join(dir, "risk.yaml"));
    symlinkSync("/etc/hostname", join(dir, "risk.yaml"));
    commit();
    expect("value" in before.read("risk.yaml")).toBe(true);
    expect(folderInGit(dir, "main").read("risk.yaml")).toEqual({ reason: "it does not exist" });
    git("reset", "-q", "--hard", first);
  });
});
