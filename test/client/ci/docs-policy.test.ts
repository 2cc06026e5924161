import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderAt } from "../../../client/policy/folder.ts";
import { testPolicy } from "../../../client/policy/report.ts";
import { inCopy } from "../../core/policy/files/edited.ts";
import { blocksOf } from "./doc-blocks.ts";

it("the agent, the rule and the case of docs/ci.md are a policy that loads and decides as they say", () => {
  const [agent = "", rule = "", cases = ""] = blocksOf("The agent and its rule");
  const said = inCopy((dir) => {
    const edit = (file: string, change: (text: string) => string) =>
      writeFileSync(join(dir, file), change(readFileSync(join(dir, file), "utf8")));
    // The page's release job stands where the example company's is.
    const indented = agent.split("\n").map((line) => (line === "" ? "" : `  ${line}`));
    edit("catalogue/agents.yaml", (text) =>
      text.replace(/ {2}- id: release-job\n(?: {4}.*\n)+/, () => `${indented.join("\n")}`),
    );
    edit("rules/approvals.cedar", (text) => `${text}\n${rule}`);
    writeFileSync(join(dir, "cases/releases.yaml"), cases);
    return testPolicy(folderAt(dir));
  });
  // The example company's own cases of that job know nothing of the new rule: only theirs may differ.
  const others = said.lines.filter((line) => line.startsWith("policy/cases/releases.yaml"));
  expect(others).toEqual([]);
  expect(said.lines.at(-1)).toMatch(/^\d+ cases and \d+ of risk: /);
});
