import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../../infra/function.ts";
import { anchors, brokenLinks, pages } from "./markdown.ts";

it("every link of the documentation within this repository leads somewhere, to the heading that it names", () => {
  const all = pages(projectRoot);
  expect(Object.keys(all).length).toBeGreaterThan(80);
  expect(brokenLinks(projectRoot, all)).toEqual([]);
});

it("a link that leads nowhere is found, and code is no link", () => {
  const root = mkdtempSync(join(tmpdir(), "latchkey-links-"));
  writeFileSync(join(root, "b.md"), "# One thing, `two`\n\n## One thing\n\n## One thing\n");
  const page = [
    "[good](b.md#one-thing-two) [too](b.md#one-thing-1) [own](#here) [out](https://example.com/x)",
    "[gone](c.md) [no heading](b.md#three) [no own](#there) [above](../x.md)",
    "## Here\n`[code](d.md)` and\n```\n[more code](e.md)\n```",
  ].join("\n\n");
  try {
    expect(brokenLinks(root, { "a.md": page })).toEqual([
      "a.md: c.md is not there",
      "a.md: b.md#three has no such heading",
      "a.md: #there has no such heading",
      "a.md: ../x.md leaves the repository",
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it("anchors are GitHub's: punctuation goes, letters of all languages stay", () => {
  const page = '# What\'s *new*, and `old_name`?\n## Größe: 1 GB\n## See [docs](x.md)\n<a id="own"></a>\n';
  expect([...anchors(page)]).toEqual(["whats-new-and-old_name", "größe-1-gb", "see-docs", "own"]);
});
