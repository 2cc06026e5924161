import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { blockOf } from "./doc-blocks.ts";
import { action, root } from "./runner.ts";

type Step = {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
};
type Workflow = {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, { permissions: Record<string, string>; steps: Step[] }>;
};
const workflows = {
  release: parse(blockOf("The job on GitHub Actions")) as Workflow,
  policy: parse(blockOf("A gate for changes of `policy/`")) as Workflow,
  record: parse(blockOf("A look at the record")) as Workflow,
};
const OIDC = { contents: "read", "id-token": "write" };
const LEAST: Record<string, [on: string, permissions: Record<string, object>]> = {
  release: ["push", { release: OIDC }],
  policy: ["pull_request", { decide: { contents: "read" }, comment: { "pull-requests": "write" } }],
  record: ["pull_request", { replay: OIDC }],
};
const stepsOf = ({ jobs }: Workflow): Step[] => Object.values(jobs).flatMap(({ steps }) => steps);
const stepNamed = (workflow: Workflow, name: string): Step => {
  const found = stepsOf(workflow).find((step) => step.name === name);
  if (!found) throw new Error(`no step ${name}`);
  return found;
};

/** Runs a step's text as the runner does, with programs that stand in for others. */
function runStep({ run = "" }: Step, programs: Record<string, string>, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-gate-"));
  try {
    for (const [name, text] of Object.entries({ ...programs, "step.sh": run })) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o755);
    }
    for (const file of ["output", "summary"]) writeFileSync(join(folder, file), "");
    const { status, stdout } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", join(folder, "step.sh")],
      {
        encoding: "utf8",
        env: {
          PATH: `${folder}:${process.env.PATH}`,
          GITHUB_OUTPUT: join(folder, "output"),
          GITHUB_STEP_SUMMARY: join(folder, "summary"),
          RUNNER_TEMP: folder,
          ...env,
        },
      },
    );
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { code: status, log: stdout, output: read("output"), summary: read("summary") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the workflows of docs/ci.md", () => {
  it.each(Object.entries(workflows))(
    "%s: pins what it uses, and puts no expression into a shell's text",
    (_, each) => {
      for (const { uses, run } of stepsOf(each)) {
        if (uses !== undefined) expect(uses).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
        expect(run ?? "").not.toContain("${{");
      }
    },
  );

  it.each(Object.entries(workflows))("%s: has the least permissions", (name, { on, permissions, jobs }) => {
    expect(permissions).toEqual({});
    const given = Object.entries(jobs).map(([job, each]) => [job, each.permissions]);
    expect([...Object.keys(on), Object.fromEntries(given)]).toEqual(LEAST[name]);
  });

  it.each(Object.entries(workflows))("%s: leaves no token of the repository behind", (_, each) => {
    const checkouts = stepsOf(each).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts).toHaveLength(1);
    expect(checkouts[0]?.with).toMatchObject({ "persist-credentials": false });
  });

  it("runs nothing of the branch in the job that may write", () => {
    const steps = workflows.policy.jobs.comment?.steps ?? [];
    expect(steps.map(({ uses }) => uses)).toEqual([undefined]);
    expect(steps[0]?.run).not.toMatch(/npm|npx|node/);
  });

  it("gives the action what it takes, and says what each input is", () => {
    const given = Object.keys(stepNamed(workflows.release, "Deploy with approval").with ?? {});
    const required = Object.entries(action.inputs).filter(([, { required: is }]) => is);
    expect(given).toEqual(expect.arrayContaining(required.map(([name]) => name)));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
    const doc = readFileSync(join(root, "docs/ci.md"), "utf8");
    for (const name of Object.keys(action.inputs)) expect(doc).toMatch(new RegExp(`^\\| .*\`${name}\``, "m"));
  });

  it("trusts one repository and one environment", () => {
    const { Statement } = JSON.parse(blockOf("The role"));
    const [{ Condition }] = Statement;
    expect(Object.keys(Condition)).toEqual(["StringEquals"]);
    expect(Object.keys(Condition.StringEquals).map((key) => key.split(":")[1])).toEqual(["aud", "sub"]);
    expect(JSON.stringify(Condition)).not.toMatch(/[*?]/);
  });
});

describe("the gate for changes of policy/", () => {
  const gate = stepNamed(workflows.policy, "What would be decided otherwise");
  const npx = (code: number) =>
    `#!/bin/sh\nprintf '%s ' "$@" > "$RUNNER_TEMP/called"\necho '### what it found'\nexit ${code}\n`;
  const judge = (code: number, reviewed: boolean) =>
    runStep(
      gate,
      { npx: npx(code), git: "#!/bin/sh\nexit 1\n" },
      { BASE: "abc", REVIEWED: String(reviewed) },
    );

  it.each<[string, number, boolean, number]>([
    ["lets pass what decides alike", 0, false, 0],
    ["holds back what decides otherwise", 79, false, 79],
    ["lets pass what decides otherwise and has been looked at", 79, true, 0],
    ["lets no label mend a policy that does not load", 65, true, 65],
  ])("%s", (_, found, reviewed, code) => {
    const ended = judge(found, reviewed);
    expect(ended.code).toBe(code);
    expect(ended.summary).toBe("### what it found\n");
    expect(ended.output).toMatch(/^comment<<(end-[0-9a-f]{32})\n### what it found\n\n\1\n$/);
    expect(ended.log.includes("::error")).toBe(code === 79);
  });

  it("is silent where the policy is as it was, and runs on every pull request, so that it can be required", () => {
    const git = (code: number) => `#!/bin/sh\necho "$*" > "$RUNNER_TEMP/git"\nexit ${code}\n`;
    const judged = (code: number) =>
      runStep(gate, { npx: npx(0), git: git(code) }, { BASE: "abc", REVIEWED: "false" });
    expect(judged(0)).toMatchObject({ code: 0, output: "", summary: "" });
    // 128 too: a base that is not there is no reason to be silent.
    for (const code of [1, 128]) expect(judged(code).summary).toBe("### what it found\n");
    expect(workflows.policy.on.pull_request).toEqual({ types: expect.any(Array) });
  });

  it("posts the difference as it is, whatever is in it", () => {
    const gh = '#!/bin/sh\nwhile [ "$1" != --body-file ]; do shift; done\ncat "$2" > "$GITHUB_OUTPUT"\n';
    const comment = '"; touch pwned; $(touch pwned) `touch pwned` -n %s\n| a |';
    const step = stepNamed(workflows.policy, "Comment on the pull request");
    const ended = runStep(step, { gh }, { COMMENT: comment, NUMBER: "7", GITHUB_REPOSITORY: "a/b" });
    expect(ended).toMatchObject({ code: 0, output: `${comment}\n` });
  });
});

describe("the look at the record", () => {
  const look = stepNamed(workflows.record, "What the last 30 days would have been");

  it.each([
    [0, 0],
    [79, 0],
    [65, 65],
    [2, 2],
  ])("ends, where the command ends with %i, with %i, and tells what it found", (found, code) => {
    const npx = `#!/bin/sh\nprintf '%s ' "$@"\nexit ${found}\n`;
    const ended = runStep(look, { npx }, { RECORD: "s3://record" });
    expect([ended.code, ended.log.includes("::warning")]).toEqual([code, found === 79]);
    expect(ended.summary).toMatch(
      /^--no -- latchkey policy --dir \S+\/branch\/policy diff --against \.\/policy --events s3:\/\/record --since 30d $/,
    );
  });

  it("runs nothing of the branch where the record can be read", () => {
    const [checkout] = stepsOf(workflows.record);
    expect(checkout?.with?.ref).toContain(" github.event.pull_request.base.sha ");
    const [replay] = Object.values(workflows.record.jobs);
    expect(replay).toMatchObject({ environment: "policy-record", if: expect.stringContaining("head.repo") });
  });
});

describe("the job on GitLab", () => {
  const template = parse(readFileSync(join(root, "client/gitlab/latchkey.gitlab-ci.yml"), "utf8"))[
    ".latchkey"
  ];
  const job = parse(blockOf("The job on GitLab")).release;
  const variables: Record<string, string> = { ...template.variables, ...job.variables };
  const [script] = template.script;

  /** A latchkey that tells what it was given, and runs what stands behind `--`. */
  const latchkey = `#!/bin/sh
echo "token $(cat "$AWS_WEB_IDENTITY_TOKEN_FILE") in mode $(stat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE")"
echo "file $AWS_WEB_IDENTITY_TOKEN_FILE, variable \${LATCHKEY_ID_TOKEN:-none}, session $AWS_ROLE_SESSION_NAME"
printf '<%s>\\n' "$@"
[ -z "$REFUSED" ] || { echo "maya said no" >&2; exit 78; }
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`;
  const given = {
    ...variables,
    LATCHKEY_ID_TOKEN: "the-token",
    CI_JOB_ID: "9",
    CI_PROJECT_DIR: "/nowhere",
    CI_PROJECT_PATH: "a/b",
  };
  const run = (more: Record<string, string> = {}) =>
    runStep({ run: script }, { latchkey }, { ...given, ...more });

  it("takes on its role by an id token of one audience, and says all that the script needs", () => {
    expect(Object.values(template.id_tokens)).toEqual([{ aud: "https://gitlab.com" }]);
    expect(job.extends).toBe(".latchkey");
    const used = [...script.matchAll(/\$\{?((?:LATCHKEY|AWS)_[A-Z_]+)/g)].map(([, name]) => name);
    const made = [
      "LATCHKEY_ID_TOKEN",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
      "AWS_ROLE_SESSION_NAME",
      "LATCHKEY_TICKET",
    ];
    expect(used.filter((name) => !(name in variables) && !made.includes(name))).toEqual([]);
  });

  it("asks, runs the command, and keeps the id token in a file that goes with the job", () => {
    const { code, log } = run({
      LATCHKEY_RUN: 'echo "deployed $0"; exit 3',
      LATCHKEY_PURPOSE: 'a "b" $(touch pwned)',
    });
    expect(code).toBe(3);
    expect(log).toContain("token the-token in mode 600");
    expect(log).toMatch(/variable none, session gitlab-9/);
    expect(log).toContain("<--resource=model-artifacts>\n<--access=write>\n<--window=15m>\n");
    expect(log).toContain('<--purpose=a "b" $(touch pwned)>\n');
    expect(log).toContain('<--scope={"prefix":"releases/"}>\n');
    expect(log).not.toContain("--ticket");
    expect(log).toContain("deployed ");
    const file = /file (\S+),/.exec(log)?.[1] ?? "";
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });

  it("says the project as the task where that can be one, else the job alone", () => {
    const tasks = ["a/b", "_a/b", `a/${"b".repeat(130)}`].map(
      (project) => /<--task=(.*)>/.exec(run({ CI_PROJECT_PATH: project, LATCHKEY_RUN: "true" }).log)?.[1],
    );
    expect(tasks).toEqual(["a/b/jobs/9", "jobs/9", "jobs/9"]);
  });

  it("fails as latchkey does when it is not approved", () => {
    const { code, log } = run({ REFUSED: "yes", LATCHKEY_RUN: "echo deployed" });
    expect(code).toBe(78);
    expect(log).not.toMatch(/^deployed/m);
  });
});
