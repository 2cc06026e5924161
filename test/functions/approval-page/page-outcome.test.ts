import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { approvalPage } from "../../../functions/approval-page/page/approval.ts";
import { contentSecurityPolicy, pageHeaders } from "../../../functions/approval-page/page/headers.ts";
import { outcomePage } from "../../../functions/approval-page/page/outcome.ts";
import { problemPage } from "../../../functions/approval-page/page/problem.ts";
import { style } from "../../../functions/approval-page/page/style.ts";
import type { OutcomeView } from "../../../functions/approval-page/page/view.ts";
import { grant } from "../../../functions/core/grant/grant.ts";
import { render } from "../../../functions/core/html.ts";
import { hostileTexts, structureOf, textOf, view } from "./page-example.ts";

const statuses = grant.options.map((option) => option.shape.status.value);
const outcomes = ["you_approved", "you_rejected", "decided_by_others", "over"] as const;
const outcome = (change: Partial<OutcomeView>) =>
  outcomePage({ ...view, outcome: "you_approved", status: "PENDING", ...change });
const problems = ["link", "unreadable_form", "unavailable"] as const;
const pages = [
  approvalPage(view),
  ...statuses.flatMap((status) => outcomes.map((each) => outcome({ status, outcome: each }))),
  ...problems.map(problemPage),
];

describe("the outcome page", () => {
  it.each([
    ["you_approved", "You approved this request"],
    ["you_rejected", "You rejected this request"],
    ["decided_by_others", "Others have already decided"],
    ["over", "This request is closed"],
  ] as const)("says %s as %s, of which request, and what each has said", (each, title) => {
    const text = textOf(outcome({ outcome: each }));
    expect(text).toContain(title);
    expect(text).toContain("Support assistant asks to read claims for 30 minutes.");
    expect(text).toContain("Tomás Herrera approved this");
    expect(text).toContain(view.digest);
  });

  it.each(statuses)("says in words what %s means", (status) => {
    const text = textOf(
      /<section aria-labelledby="state">[\s\S]*?<\/section>/.exec(outcome({ status }))?.[0] ?? "",
    );
    expect(text).toMatch(/How it stands\s+[A-Z][a-z]+( [a-z]+)* [A-Z][\s\S]*\./);
  });

  it("says until when access is open, only while it is", () => {
    const window = { seconds: 1_800, endsAt: "2026-11-21T10:00:00Z" };
    expect(textOf(outcome({ status: "ACTIVE", window }))).toContain(
      "until Saturday 21 November 2026, 10:00 UTC.",
    );
    expect(textOf(outcome({ status: "ENDED", window }))).not.toContain("10:00 UTC");
  });

  it("has no form, no link and no text of the agent's", () => {
    for (const markup of pages.slice(1)) {
      expect(markup).not.toMatch(/<(form|input|button|a|script)\b/);
      for (const text of [view.purpose, "CARE-2291", "48213"]) expect(textOf(markup)).not.toContain(text);
    }
  });

  it("shows others' comments as text, whatever is in them", () => {
    const withComment = (comment: string) =>
      outcome({
        stages: view.stages.map((stage) => ({
          ...stage,
          decided: [{ name: "A", at: view.decideBy, comment }],
        })),
      });
    for (const text of hostileTexts)
      expect(structureOf(withComment(text))).toEqual(structureOf(withComment("x")));
  });
});

describe("the page for a problem", () => {
  it("I-15 is the same for every link that does not work, says what to do, and names nobody", () => {
    expect(problemPage("link")).toBe(problemPage("link"));
    const text = textOf(problemPage("link"));
    expect(text).toContain("Nothing was decided");
    expect(text).toMatch(/Open the link from the e-mail again/);
    expect(text).not.toMatch(/grant|agent|approver|claims|unknown|tampered|used/i);
  });

  it.each(problems)("says for %s that nothing was decided", (problem) => {
    expect(textOf(problemPage(problem))).toContain("Nothing was decided");
  });
});

describe("headers and style", () => {
  it("names the very style sheet of every page by its hash", () => {
    for (const markup of pages) {
      const [, text = "", ...more] = /<style>([\s\S]*)<\/style>/.exec(markup) ?? [];
      expect(more).toEqual([]);
      const hash = createHash("sha256").update(text).digest("base64");
      expect(contentSecurityPolicy).toContain(`style-src 'sha256-${hash}'`);
    }
  });

  it("lets nothing run, load, frame or leave (A-07)", () => {
    expect(contentSecurityPolicy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(pageHeaders).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    expect(pageHeaders["x-robots-tag"]).toContain("noindex");
    expect(pageHeaders["content-type"]).toBe("text/html; charset=utf-8");
  });

  // WCAG 2.2, 1.4.3 and 1.4.11: relative luminance and contrast ratio.
  const luminance = (hex: string): number => {
    const channel = (at: number) => {
      const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  const contrast = (one: string, other: string): number => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const schemes = [...render(style).matchAll(/:root\{([^}]*--paper[^}]*)\}/g)].slice(0, 2);
  const colours = schemes.map(
    ([, rules = ""]) =>
      new Map([...rules.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex])),
  );
  const pairs: [string, string, number][] = [
    ...["paper", "sheet", "code", "words", "soft", "no-soft"].map((on): [string, string, number] => [
      "ink",
      on,
      4.5,
    ]),
    ...["paper", "sheet", "words", "soft", "no-soft"].map((on): [string, string, number] => [
      "quiet",
      on,
      4.5,
    ]),
    ...["paper", "sheet", "soft"].map((on): [string, string, number] => ["accent", on, 4.5]),
    ...[
      ["no", "sheet", 4.5] as const,
      ["no", "no-soft", 4.5] as const,
      ["on-accent", "accent", 4.5] as const,
    ].map((pair): [string, string, number] => [...pair]),
    ["words-ink", "words", 4.5],
    ["edge", "sheet", 3],
    ["edge", "paper", 3],
    ["words-edge", "sheet", 3],
  ];

  it.each(
    ["light", "dark"].flatMap((scheme, index) => pairs.map((pair) => [scheme, index, ...pair] as const)),
  )("is readable in the %s scheme (%#): %s %s on %s", (_, index, ink, on, least) => {
    const scheme = colours[index];
    expect(contrast(scheme?.get(ink) ?? "", scheme?.get(on) ?? "")).toBeGreaterThanOrEqual(least);
  });
});
