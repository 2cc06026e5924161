import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { policyBundle, sealBundle } from "../../../../functions/core/policy/bundle.ts";
import { applyEdit, type Edit, inCopy, loadAt, loadEdited, problemsOf, realPolicy } from "./edited.ts";

const versionAfter = (edit: Edit): string => loadEdited(edit).version;

const problemsAfter = (change: (dir: string) => void): string[] =>
  inCopy((dir) => {
    change(dir);
    return problemsOf(() => loadAt(dir));
  });

describe("the policy that is shipped", () => {
  const bundle = loadAt(realPolicy);

  it("loads as a bundle that the functions accept", () => {
    expect(policyBundle.parse(JSON.parse(JSON.stringify(bundle)))).toEqual(bundle);
  });

  it("keeps placeholders, and rules in the order of files and lines", () => {
    expect(bundle.catalogue.resources[0]?.arn).toContain("{account}");
    expect(bundle.rules.map(({ id }) => id)).toEqual([
      "sign-off-is-by-owners",
      "communications-signs-off",
      "data-owners-signs-off",
      "finance-signs-off",
      "ml-platform-signs-off",
      "security-signs-off",
      "perform-at-home",
      "many-recipients-need-communications",
      "money-needs-finance",
      "payments-have-a-ceiling",
      "high-stakes-needs-owner",
      "personal-output-needs-privacy",
      "irreversible-needs-ml-platform",
      "models-need-ml-platform",
      "many-small-mails-need-communications",
      "many-small-payments-need-finance",
      "many-small-deletions-need-ml-platform",
      "personal-data-needs-privacy",
      "analytics-personal-data-needs-owner",
      "special-category-needs-privacy",
      "special-category-needs-owner",
      "write-needs-ml-platform",
      "whole-corpus-needs-ml-platform",
      "secrets-need-security",
      "environments-do-not-cross",
      "training-data-needs-trainer",
      "finetuning-parameters-need-ml-platform",
      "masked-only",
      "break-glass-for-customer-care",
      "production-at-night-needs-security",
      "changed-model-needs-ml-platform",
      "high-risk-needs-security-signed",
      "long-reads-need-ml-platform",
      "read-at-home",
      "read-internal-for-longer",
      "read-special-category-briefly",
      "write-at-home",
      "invoke-at-home",
    ]);
  });

  it("makes an obligation of an annotated forbid only", () => {
    const annotated = bundle.rules.filter((rule) => rule.obligation && !rule.shadow);
    const obliging = annotated.slice(annotated.findIndex(({ id }) => id === "personal-data-needs-privacy"));
    expect(obliging.slice(0, 5).map(({ obligation }) => obligation)).toEqual([
      { approvers: "privacy", quorum: 1, stage: 1 },
      { approvers: "data-owners", quorum: 1, stage: 2 },
      { approvers: "privacy", quorum: 2, stage: 1, within: 14_400, escalateTo: "security" },
      { approvers: "data-owners", quorum: 1, stage: 2, within: 28_800, exclude: "team" },
      { approvers: "ml-platform", quorum: 1, stage: 1 },
    ]);
    expect(annotated.every(({ effect }) => effect === "forbid")).toBe(true);
    expect(obliging.at(-1)?.obligation).toMatchObject({ within: 28_800, channel: "signed" });
  });

  it("has on trial what is annotated so, an obligation as any other", () => {
    const [trial, ...more] = bundle.rules.filter(({ shadow }) => shadow);
    expect(trial).toMatchObject({
      ...{ id: "long-reads-need-ml-platform", effect: "forbid", shadow: true },
      obligation: { approvers: "ml-platform", quorum: 1, stage: 1 },
    });
    expect(more).toEqual([]);
  });

  it("makes caps and broken glass of annotated permits only", () => {
    const caps = bundle.rules.flatMap(({ id, maxWindowSeconds, breakGlass }) =>
      maxWindowSeconds === undefined ? [] : [[id, maxWindowSeconds, breakGlass]],
    );
    expect(caps).toEqual([
      ["perform-at-home", 900, undefined],
      ["break-glass-for-customer-care", 900, true],
      ["read-at-home", 1_800, undefined],
      ["read-internal-for-longer", 3_600, undefined],
      ["read-special-category-briefly", 900, undefined],
      ["write-at-home", 900, undefined],
      ["invoke-at-home", 3_600, undefined],
    ]);
  });

  it("keeps the text of a rule as it is written", () => {
    expect(bundle.rules.find(({ id }) => id === "environments-do-not-cross")?.text).toMatch(
      /^@id\("environments-do-not-cross"\)[\s\S]*;$/,
    );
  });
});

describe("the policy version", () => {
  const { version, ...content } = loadAt(realPolicy);

  it("is the hash of the content, so two loads have the same, wherever the folder is", () => {
    expect(loadAt(realPolicy).version).toBe(version);
    expect(inCopy((dir) => loadAt(dir).version)).toBe(version);
    expect(sealBundle(content).version).toBe(version);
  });

  const edits: Record<string, Edit> = {
    "a rule's condition": { file: "rules/routine.cedar", find: "permit (", by: "permit  (" },
    "a rule's reason": { file: "rules/approvals.cedar", find: "never automatic", by: "never automatic." },
    "a quorum": { file: "rules/approvals.cedar", find: '@quorum("1")', by: '@quorum("2")' },
    "the schema": { file: "schema.cedarschema", find: "entity Team,", by: "entity Team ," },
    "an owner": { file: "catalogue/agents.yaml", find: "owner: maya", by: "owner: luca" },
    "a group's members": {
      file: "catalogue/people.yaml",
      find: "groups: [privacy]",
      by: "groups: [privacy, security]",
    },
    "a mailbox": { file: "catalogue/people.yaml", find: "colin.okafor@", by: "c.okafor@" },
    "a window": {
      file: "catalogue/resources.yaml",
      find: "maxWindowSeconds: 1800",
      by: "maxWindowSeconds: 1799",
    },
    "a tag": { file: "catalogue/resources.yaml", find: "[pii, claims]", by: "[pii, claim]" },
    "a role": { file: "catalogue/agents.yaml", find: "[trainer]", by: "[trainer, tester]" },
    "an attribute": { file: "catalogue/agents.yaml", find: "platform: ml", by: "platform: ml, tier: one" },
    "a weight of risk": { file: "risk.yaml", find: "firstUse: 8", by: "firstUse: 9" },
    "a time zone": { file: "risk.yaml", find: "Europe/Berlin", by: "Europe/London" },
    "a description": { file: "catalogue/resources.yaml", find: "under test", by: "under tests" },
  };
  it.each(Object.entries(edits))("changes with %s", (_, edit) => {
    expect(versionAfter(edit)).not.toBe(version);
  });

  it("does not change with a case, or a comment of the catalogue or between rules", () => {
    expect(
      versionAfter({ file: "cases/writes.yaml", find: "windowSeconds: 600", by: "windowSeconds: 601" }),
    ).toBe(version);
    expect(versionAfter({ file: "catalogue/agents.yaml", find: "agents:", by: "# more\nagents:" })).toBe(
      version,
    );
    expect(versionAfter({ file: "rules/routine.cedar", find: "// What", by: "// what" })).toBe(version);
  });
});

describe("a policy that cannot be read", () => {
  it("names each file that is not there", () => {
    const said = problemsAfter((dir) => {
      rmSync(join(dir, "catalogue/agents.yaml"));
      rmSync(join(dir, "schema.cedarschema"));
    });
    expect(said).toEqual([
      "policy/catalogue/agents.yaml:1: cannot be read: it does not exist",
      "policy/schema.cedarschema:1: cannot be read: it does not exist",
    ]);
  });

  it("names the folder of rules that is not there, and that nothing is permitted", () => {
    expect(problemsAfter((dir) => rmSync(join(dir, "rules"), { recursive: true }))).toEqual([
      "policy/rules:1: cannot be read: it does not exist",
      "policy/rules:1: there is no permit, so every answer would be no",
    ]);
  });

  it("is refused when bytes are not UTF-8", () => {
    expect(
      problemsAfter((dir) => writeFileSync(join(dir, "catalogue/people.yaml"), Buffer.from([0x61, 0xff]))),
    ).toEqual(["policy/catalogue/people.yaml:1: cannot be read: it is not UTF-8"]);
  });

  it.each([
    ["a carriage return, after which Cedar reads on where a comment seems to", "\r", "000D"],
    ["a turn of the direction of writing", "\u202e", "202E"],
    ["a space of no width", "\u200b", "200B"],
    ["a letter that is none", "\u{e0041}", "E0041"],
  ])("is refused when a file reads otherwise than it looks: %s", (_, character, code) => {
    const said = problemsAfter((dir) =>
      applyEdit(dir, {
        file: "rules/routine.cedar",
        find: "// What passes.",
        by: `// x${character}permit (principal, action, resource);\n// What passes.`,
      }),
    );
    expect(said.filter((line) => line.includes("not seen"))).toEqual([
      expect.stringMatching(
        `^policy/rules/routine\\.cedar:\\d+: has a character that is not seen, U\\+${code}: leave it out$`,
      ),
    ]);
  });

  it("may have the line ends of Windows", () => {
    const file = "catalogue/people.yaml";
    const said = problemsAfter((dir) => {
      const text = readFileSync(join(dir, file), "utf8");
      writeFileSync(join(dir, file), text.replaceAll("\n", "\r\n"));
    });
    expect(said).toEqual([]);
  });

  it("is refused when a rule could be overlooked for its file's name", () => {
    const said = problemsAfter((dir) => {
      writeFileSync(join(dir, "rules/pii.cedar.txt"), "");
      writeFileSync(join(dir, "rules/.routine.cedar.swp"), "an editor's own");
      mkdirSync(join(dir, "rules/more.cedar"));
    });
    expect(said).toEqual([
      "policy/rules/more.cedar:1: cannot be read: it is a folder",
      "policy/rules/pii.cedar.txt:1: only .cedar files belong here",
    ]);
  });

  it("lists every problem of every file at once, by file and line", () => {
    const said = problemsAfter((dir) => {
      applyEdit(dir, { file: "catalogue/agents.yaml", find: "key: finetune", by: "key: F" });
      applyEdit(dir, { file: "catalogue/people.yaml", find: "groups: [privacy]", by: "groups: [pryvacy]" });
      applyEdit(dir, { file: "catalogue/resources.yaml", find: "[read, list]", by: "[read, lists]" });
      applyEdit(dir, { file: "rules/approvals.cedar", find: '@stage("1")', by: '@stage("one")' });
    });
    expect(said.map((line) => line.split(":")[0])).toEqual([
      "policy/catalogue/agents.yaml",
      "policy/catalogue/people.yaml",
      "policy/catalogue/resources.yaml",
      "policy/rules/approvals.cedar",
      "policy/rules/approvals.cedar",
    ]);
    expect(said.at(-1)).toContain("asks for 2 people of group privacy, which has 1");
  });
});
