import { describe, expect, it } from "vitest";
import type { Compared } from "../../../client/policy/compare.ts";
import { differenceMarkdown } from "../../../client/policy/markdown.ts";
import type { Answer, Difference, Question } from "../../../functions/core/policy/difference.ts";

const question: Question = {
  ...{ name: "a case", from: "cases", agent: "support-assistant" },
  ask: { resource: "claims", access: "read", windowSeconds: 600 },
};
const allowed: Answer = {
  ...{
    outcome: "allow",
    stages: [],
    skipped: [],
    capSeconds: 1_800,
    riskBand: "low",
    rules: ["read-at-home"],
  },
  can: {
    accessRole: "data",
    statements: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::bucket/*"] }],
  },
  principals: ["arn:aws:iam::{account}:user/a"],
  onTrial: [],
};
const asked: Answer = {
  ...allowed,
  outcome: "needs_approval",
  stages: [{ group: "privacy", quorum: 2, people: ["priya", "tomas"], channel: "signed" }],
  rules: ["read-at-home", "personal-data"],
};
const difference = (change: Partial<Difference>): Difference => ({
  ...{ question, before: asked, after: allowed, changed: ["outcome", "stages"], towards: "more" },
  ...change,
});
const shown = (otherwise: Difference[], onTrial: Compared["onTrial"] = []) =>
  differenceMarkdown({
    ...{ compared: 40, otherwise, onTrial, byOtherRules: [] },
    before: { name: "main:policy", version: `sha256:${"a".repeat(64)}` },
    after: { name: "policy", version: `sha256:${"b".repeat(64)}` },
  });
const rowsOf = (text: string) => text.split("\n").filter((line) => line.startsWith("| `"));
/** A row's cells, as GFM splits them: at each bar that has no backslash before it. */
const cellsOf = (row = "") => row.split(/(?<!\\)\|/).slice(1, -1);

describe("a comparison as a comment", () => {
  it("says in one line what was found, and what was before and after in a table", () => {
    const text = shown([difference({})]);
    expect(text).toContain("1 of the 40 asks compared would be decided otherwise: 1 would be let more.");
    expect(rowsOf(text)).toEqual([
      "| `a case` | `support-assistant` | `read` | `claims` | lets more | outcome: **needs approval** → **allowed**<br>" +
        "asks: 2 of `privacy` (`priya`, `tomas`), signed only → nobody | `read-at-home`, `personal-data` → `read-at-home` |",
    ]);
    expect(text).toContain(
      "Before: `main:policy`, `sha256:aaaaaaaaaaaa`. After: `policy`, `sha256:bbbbbbbbbbbb`.",
    );
  });

  it("tells of rules on trial what they would have done, apart from what is decided", () => {
    const nothing = { deny: 0, ask: 0, allow: 0, error: 0 };
    const text = shown(
      [],
      [
        { rule: "night-watch", ...nothing, deny: 2, ask: 1 },
        { rule: "unheard", ...nothing },
      ],
    );
    expect(text).toContain("None of the 40 asks compared would be decided otherwise.");
    expect(text).toContain("- `night-watch` would have denied 2, asked people in 1\n");
    expect(text).toContain("- `unheard` would have done nothing");
    expect(shown([])).not.toContain("On trial");
  });

  it("never claims that nothing else changes", () => {
    expect(shown([])).toContain("None of the 40 asks compared would be decided otherwise.");
    expect(shown([])).toContain("an ask that no case makes may be decided otherwise too");
  });

  it("shows first what would be let more", () => {
    const of = (towards: Difference["towards"]) =>
      difference({ towards, question: { ...question, name: towards } });
    const rows = rowsOf(shown([of("less"), of("other"), of("more")]));
    expect(rows.map((row) => cellsOf(row)[0]?.trim())).toEqual(["`more`", "`other`", "`less`"]);
  });

  it("says of a window, and of what could be done, only where both answers have one", () => {
    const denied: Answer = { ...allowed, outcome: "deny", capSeconds: undefined, can: undefined };
    const changed: Difference["changed"] = ["outcome", "capSeconds", "can"];
    expect(cellsOf(rowsOf(shown([difference({ after: denied, before: allowed, changed })]))[0])[5]).toBe(
      " outcome: **allowed** → **denied** ",
    );
    const longer = difference({
      before: allowed,
      after: { ...allowed, capSeconds: 3_600 },
      changed: ["capSeconds"],
    });
    expect(rowsOf(shown([longer]))[0]).toContain("longest window: 30 minutes → 1 hour");
  });

  it.each([
    "x | y | `z`",
    "\\| a",
    "`</code><img src=x onerror=alert(1)> @everyone [a](https://x.example) `` | ",
    "first\nsecond\r| third\u202egnp",
    "` `",
  ])("keeps what a branch calls its case within its cell: %j", (name) => {
    const [row, ...more] = rowsOf(shown([difference({ question: { ...question, name } })]));
    expect(more).toEqual([]);
    const cells = cellsOf(row);
    expect(cells).toHaveLength(7);
    expect(cells[0]).toMatch(/^ `[^`\n]*` $/);
    expect(row).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("fits into a comment, and says how many are left out", () => {
    const many = Array.from({ length: 2_000 }, () => difference({}));
    const text = shown(many);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain(`${2_000 - rowsOf(text).length} more do not fit here`);
  });

  it("hides no row behind one that is too long, and counts bytes, which a job's variable is limited in", () => {
    const people = Array.from({ length: 400 }, (_, index) => `${"𝒂".repeat(60)}${index}`);
    const long = { ...asked, stages: [{ group: "privacy", quorum: 2, people }] };
    const text = shown([difference({ before: long }), difference({})]);
    expect(rowsOf(text)).toHaveLength(1);
    expect(text).toContain("1 more do not fit here");
    const wide = { ...question, name: "𝒂".repeat(120) };
    const many = Array.from({ length: 500 }, () => difference({ question: wide }));
    expect(Buffer.byteLength(shown(many))).toBeLessThan(65_536);
  });

  it("says so where two answers differ in what a row has no room for", () => {
    const [{ Effect, Action, Resource } = {}] = allowed.can?.statements ?? [];
    const Condition = { StringEquals: { "s3:prefix": ["a/"] } };
    const can = {
      accessRole: "data",
      statements: [{ Effect, Action, Resource, Condition }],
    } as Answer["can"];
    const after = { ...allowed, can };
    expect(rowsOf(shown([difference({ before: allowed, after, changed: ["can"] })]))[0]).toContain(
      "`arn:aws:s3:::bucket/*` → the same under other conditions",
    );
  });
});
