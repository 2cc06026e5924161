import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approvalPage } from "../../../functions/approval-page/page/approval.ts";
import { noNotice, noticeOf } from "../../../functions/approval-page/page/notice.ts";
import type { NoticeKind } from "../../../functions/approval-page/page/view.ts";
import { hostileTexts, INVISIBLE, structureOf, textOf, view } from "./page-example.ts";

const page = approvalPage(view);
const flat = (markup: string) => textOf(markup).replace(/\s+/g, " ");
const partOf = (markup: string, id: string) =>
  new RegExp(String.raw`<section aria-labelledby="${id}">[\s\S]*?</section>`).exec(markup)?.[0] ?? "";
const boxOf = (markup: string) => /<div class="words"[\s\S]*?<\/dl>\s*<\/div>/.exec(markup)?.[0] ?? "";
const withWords = (text: string) => ({
  ...view,
  ...{ purpose: text, task: text, ticket: text, onBehalfOf: text, model: text },
});

const hostile = fc
  .oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary", minLength: 1 }))
  .map((text) => `x${text}`);

describe("the approval page", () => {
  it("opens with the ask in one plain sentence", () => {
    expect(page).toContain("<h1>Support assistant asks to read claims for 30 minutes</h1>");
    expect(page).toContain("<title>Support assistant asks to read claims for 30 minutes · Latchkey</title>");
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  it("I-19 states the exact scope: the sentence, and every statement that the digest covers", () => {
    expect(flat(partOf(page, "possible"))).toContain(view.possible[0]);
    const json = /<pre><code>([\s\S]*?)<\/code><\/pre>/.exec(page)?.[1] ?? "";
    expect(JSON.parse(textOf(json))).toEqual(view.statements);
    expect(flat(page)).toContain(view.digest);
    expect(flat(page)).toContain(view.policyVersion);
  });

  it("keeps the exact statements exact, also where a character cannot be seen", () => {
    const statements = [{ Effect: "Allow" as const, Action: ["s3:GetObject"], Resource: ["a\u202Eb é  c"] }];
    const json =
      /<pre><code>([\s\S]*?)<\/code><\/pre>/.exec(approvalPage({ ...view, statements }))?.[1] ?? "";
    expect(JSON.parse(textOf(json))).toEqual(statements);
  });

  it("says how long, in words and in UTC", () => {
    expect(flat(partOf(page, "window"))).toContain("30 minutes, starting when the last approval is in.");
    const later = approvalPage({ ...view, window: { seconds: 1_800, startsAt: "2026-11-23T08:00:00Z" } });
    expect(flat(partOf(later, "window"))).toContain(
      "30 minutes, from Monday 23 November 2026, 08:00 UTC until Monday 23 November 2026, 08:30 UTC.",
    );
    expect(flat(page)).toContain("Decide by Sunday 22 November 2026, 09:04 UTC.");
  });

  it("shows the agent's words apart, labelled as unverified, and nowhere else", () => {
    const marked = { purpose: "W1", task: "W2", ticket: "W3", onBehalfOf: "W4", model: "W5" };
    const markup = approvalPage({ ...view, ...marked });
    const box = boxOf(markup);
    expect(box).toContain("Unverified text, written by the agent");
    for (const text of Object.values(marked)) {
      expect(box).toContain(`<bdi>${text}</bdi>`);
      expect(markup.split(text)).toHaveLength(2);
    }
  });

  it("has the same structure whatever the agent writes", () => {
    const plain = structureOf(approvalPage(withWords("x")));
    fc.assert(
      fc.property(hostile, (text) => {
        const markup = approvalPage(withWords(text));
        expect(structureOf(markup)).toEqual(plain);
        expect(markup.replace(boxOf(markup), "")).toBe(
          approvalPage(withWords("x")).replace(boxOf(approvalPage(withWords("x"))), ""),
        );
      }),
    );
  });

  it("lets no bidi or zero-width character survive, wherever it comes from", () => {
    const evil = "a\u202Eb\u200Bc\u2066d\u{E0041}e\uFEFF";
    const markup = approvalPage(
      {
        ...withWords(evil),
        possible: [evil],
        approver: { name: evil },
        agent: { ...view.agent, name: evil, owner: evil },
        rules: [{ id: evil, reason: evil }],
        stages: view.stages.map((stage) => ({
          ...stage,
          decided: [{ name: evil, at: view.decideBy, comment: evil }],
        })),
      },
      noNotice,
      { comment: evil },
    );
    expect(markup).not.toMatch(INVISIBLE);
  });

  it("has no script, no inline handler or style, and no remote resource", () => {
    for (const markup of [page, ...hostileTexts.map((text) => approvalPage(withWords(text)))]) {
      const tags = markup.match(/<[a-z][^>]*>/g)?.join("\n") ?? "";
      expect(tags).not.toMatch(/<(script|link|img|iframe|object|embed|base|audio|video|use|image)\b/);
      expect(tags).not.toMatch(/\s(on\w+|style|src|srcset|action|formaction|background|poster|http-equiv)=/);
      expect(tags.match(/\shref="[^"]*"/g) ?? []).toEqual([]);
      expect(/<style>([\s\S]*)<\/style>/.exec(markup)?.[1]).not.toMatch(/url\(|@import|@font-face|image-set/);
    }
  });

  it("says who else is asked, why, and what each has answered", () => {
    const stages = flat(partOf(page, "stages"));
    expect(stages).toContain("Priya Raman, Tomás Herrera: all must agree.");
    expect(stages).toContain("Tomás Herrera approved this, Saturday 21 November 2026, 09:12:31 UTC");
    expect(stages).toContain("Fine for this one ticket.");
    expect(stages).toContain("Ingrid Solberg or Kwame Mensah must agree; one of them is enough.");
    expect(page.match(/aria-current="step"/g)).toHaveLength(1);
    for (const rule of view.rules) expect(flat(partOf(page, "rules"))).toContain(`${rule.reason} ${rule.id}`);
  });

  it("calls only the last word of a rejected stage a no", () => {
    const [first] = view.stages;
    if (!first) throw new Error("the example has a stage");
    const decided = [...first.decided, { name: "Priya Raman", at: view.decideBy }];
    const stages = flat(
      partOf(approvalPage({ ...view, stages: [{ ...first, status: "rejected", decided }] }), "stages"),
    );
    expect(stages).toContain("Tomás Herrera approved this");
    expect(stages).toContain("Priya Raman rejected this");
  });

  it("says who answers for the agent and where it runs", () => {
    const about = flat(partOf(page, "about"));
    for (const fact of [view.agent.owner, view.agent.team, view.agent.principal, view.resource.arn]) {
      expect(about).toContain(fact);
    }
  });
});

describe("the form", () => {
  const notices: NoticeKind[] = [
    ...(["wrong_code", "missing_code", "missing_decision"] as const),
    ...(["comment_too_long", "slow_down", "unavailable"] as const),
  ];
  const all = [page, ...notices.map((kind) => approvalPage(view, noticeOf(kind), { comment: "seen" }))];

  it("is one, posts, and goes back to the address that it came from", () => {
    for (const markup of all) {
      expect(markup.match(/<form\b[^>]*>/g)).toHaveLength(1);
      expect(markup).toMatch(/<form method="post" (?!.*\baction=)[^>]*>/);
      expect([...markup.matchAll(/\sname="(decision|code|comment)"/g)].map(([, name]) => name)).toEqual([
        "decision",
        "decision",
        "comment",
        "code",
      ]);
      expect(markup).not.toMatch(/type="hidden"/);
    }
  });

  it("has nothing preselected, nothing filled in and no code in it, also after a mistake", () => {
    for (const markup of all) {
      expect(markup).not.toMatch(/<[^>]*\s(checked|selected|autofocus)\b/);
      expect(markup.match(/\svalue="[^"]*"/g)).toEqual([' value="approve"', ' value="reject"']);
    }
  });

  it("gives a comment back as text, whatever is in it", () => {
    for (const comment of hostileTexts) {
      const markup = approvalPage(view, noticeOf("wrong_code"), { comment });
      expect(structureOf(markup)).toEqual(structureOf(all[1] ?? ""));
    }
  });

  it.each(notices)("says %s at the top and at its field, and that nothing was decided", (kind) => {
    const markup = approvalPage(view, noticeOf(kind));
    const notice = noticeOf(kind);
    expect(flat(markup)).toContain("Nothing was decided yet.");
    expect(flat(markup).split(notice.kind === "none" ? "?" : notice.message)).toHaveLength(3);
    const target = /<div class="notice"[\s\S]*?href="#([a-z]+)"/.exec(markup)?.[1];
    expect(markup).toMatch(new RegExp(`<(input|textarea)[^>]* id="${target}"`));
    expect(markup).toContain("<title>Not decided yet: ");
  });

  it("labels every field, and names only ids that exist, each once", () => {
    for (const markup of all) {
      const ids = [...markup.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id ?? "");
      expect(new Set(ids).size).toBe(ids.length);
      const named = [...markup.matchAll(/\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"/g)];
      for (const id of named.flatMap(([, list]) => list?.split(" ") ?? [])) expect(ids).toContain(id);
      for (const id of ["comment", "code"]) expect(markup).toContain(`<label for="${id}">`);
      expect(markup.match(/<label class="choice/g)).toHaveLength(2);
      expect(markup).toContain('autocomplete="one-time-code"');
    }
  });
});
