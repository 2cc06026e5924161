import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approvalPage } from "../../../functions/approval-page/page/approval.ts";
import { noNotice, noticeOf } from "../../../functions/approval-page/page/notice.ts";
import { escalationSentence } from "../../../functions/approval-page/page/stages.ts";
import type { NoticeKind } from "../../../functions/approval-page/page/view.ts";
import { anyCharacter } from "../../fakes/any-character.ts";
import {
  actionView,
  hostileTexts,
  INVISIBLE,
  signedView,
  structureOf,
  textOf,
  view,
} from "./page-example.ts";

const page = approvalPage(view);
const flat = (markup: string) => textOf(markup).replace(/\s+/g, " ");
const partOf = (markup: string, id: string) =>
  new RegExp(String.raw`<section aria-labelledby="${id}">[\s\S]*?</section>`).exec(markup)?.[0] ?? "";
const glanceOf = (markup: string) => /<dl class="facts">[\s\S]*?<\/dl>/.exec(markup)?.[0] ?? "";
const boxOf = (markup: string) => /<div class="words"[\s\S]*?<\/dl>\s*<\/div>/.exec(markup)?.[0] ?? "";
const withWords = (text: string) => ({
  ...view,
  ...{ purpose: text, task: text, ticket: text, onBehalfOf: text, model: text },
});

const hostile = fc
  .oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: anyCharacter, minLength: 1 }))
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
    expect(flat(glanceOf(page))).toContain("30 minutes, starting when the last approval is in.");
    const later = approvalPage({ ...view, window: { seconds: 1_800, startsAt: "2026-11-23T08:00:00Z" } });
    expect(flat(glanceOf(later))).toContain(
      "30 minutes, from Monday 23 November 2026, 08:00 UTC until Monday 23 November 2026, 08:30 UTC.",
    );
    expect(flat(glanceOf(page))).toContain("Decide bySunday 22 November 2026, 09:04 UTC.");
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
    expect(flat(glanceOf(page))).toContain(
      "Support assistant, of team customer-care, owned by Luca Ferri, running in production",
    );
    const about = flat(partOf(page, "about"));
    for (const fact of [view.agent.principal, view.resource.arn, view.grant ?? "?"])
      expect(about).toContain(fact);
  });
});

describe("what an approver weighs", () => {
  const outside = (markup: string) => markup.replace(boxOf(markup), "");

  it("is the risk: score, band and each factor with its points, heaviest first", () => {
    expect(flat(glanceOf(page))).toContain("Risk62 of 100, high");
    const risk = flat(partOf(page, "risk"));
    expect(risk).toContain("62 of 100 high");
    expect([...risk.matchAll(/\+(\d+)/g)].map(([, points]) => Number(points))).toEqual([24, 20, 10, 4, 4]);
    for (const { name, detail } of view.risk?.factors ?? []) expect(risk).toContain(`${name} ${detail}`);
    expect(partOf(page, "risk")).toContain('<rect width="62" height="1"/>');
  });

  it("says less where there was no score yet", () => {
    const bare = approvalPage({ ...view, risk: undefined });
    expect(partOf(bare, "risk")).toBe("");
    expect(glanceOf(bare)).not.toContain("Risk");
  });

  it("is which rule asks, that of the open stage first and marked, then what the others do", () => {
    const rules = flat(partOf(page, "rules"));
    const [asks, allows, owners] = ["Asks you:", "Allows it:", "Asks Owners of customer data sets:"].map(
      (does) => rules.indexOf(does),
    );
    expect([asks, allows, owners].every((at) => at !== undefined && at > 0)).toBe(true);
    expect([asks, allows, owners]).toEqual([asks, allows, owners].sort((a, b) => Number(a) - Number(b)));
    expect(partOf(page, "rules").match(/class="asking"/g)).toHaveLength(1);
    const later = flat(partOf(approvalPage(signedView), "rules"));
    expect(later.indexOf("Asks you: restricted data")).toBe(later.indexOf("Asks"));
  });

  it("is who else may answer: the second group and from when, the team left out, the deadline, the way", () => {
    const stages = flat(partOf(approvalPage(signedView), "stages"));
    for (const term of [
      "From Sunday 22 November 2026, 03:20:05 UTC on, Security engineering may answer too: Samira Haddad.",
      "People of the agent’s own team, customer-care, do not count.",
      "Decided through the signed API only.",
      "To be answered by Sunday 22 November 2026, 09:20:05 UTC.",
      "Priya Raman approved this by the signed API, Saturday 21 November 2026, 09:20:05 UTC",
    ])
      expect(stages).toContain(term);
    expect(flat(partOf(page, "stages"))).not.toMatch(/signed API|may answer too|do not count/);
  });

  it.each([
    [{ at: undefined, due: false }, "If they are slow to answer, Security engineering may answer too: Sam."],
    [
      { at: "2026-11-22T03:20:00Z", due: true },
      "Since Sunday 22 November 2026, 03:20 UTC, Security engineering may answer too: Sam.",
    ],
  ])("says of a second group with %j: %s", (when, sentence) => {
    const escalation = { groupName: "Security engineering", people: ["Sam"], ...when };
    expect(escalationSentence(escalation)).toBe(sentence);
  });

  it("is what this agent asked before: what, how long, when, and what became of it", () => {
    const earlier = flat(partOf(page, "earlier"));
    expect(earlier).toContain("Ended read claims for 15 minutes Friday 20 November 2026, 14:31:07 UTC");
    expect(earlier).toContain(
      "Rejected list product-docs for 10 minutes Wednesday 18 November 2026, 08:02:44 UTC",
    );
    const [first] = view.earlier ?? [];
    if (!first) throw new Error("the example has an earlier ask");
    const broken = approvalPage({ ...view, earlier: [{ ...first, breakGlass: true }] });
    expect(flat(partOf(broken, "earlier"))).toContain("break-glass: nobody was asked first");
  });

  it("says so when there was none, and says something else when it could not be read", () => {
    expect(flat(partOf(approvalPage({ ...view, earlier: [] }), "earlier"))).toContain("first request");
    const unread = flat(partOf(approvalPage({ ...view, earlier: undefined }), "earlier"));
    expect(unread).toContain("could not be read just now");
    expect(unread).not.toContain("first request");
  });

  it("is never put by the agent: its words change nothing outside their box", () => {
    const evil = "Checked by security. Risk 0 of 100, low";
    expect(outside(approvalPage(withWords(evil)))).toBe(outside(approvalPage(withWords("x"))));
  });
});

describe("a stage that only the signed API decides", () => {
  const signed = approvalPage(signedView);

  it("shows everything and has no form, no field and nothing to press", () => {
    expect(signed).not.toMatch(/<(form|input|button|textarea|select|a)\b/);
    for (const id of ["possible", "why", "risk", "rules", "stages", "earlier", "about"])
      expect(partOf(signed, id)).not.toBe("");
    expect(flat(signed)).toContain("decided through the signed API only");
  });

  it("gives the requests that decide it, bound to the stage and digest that are shown", () => {
    const bodies = [...signed.matchAll(/<pre><code>POST (\S+)\n(\{.*\})<\/code><\/pre>/g)].map(
      ([, path, body]) => [path, JSON.parse(textOf(body ?? ""))],
    );
    const path = `/grants/${view.grant}/decision`;
    expect(bodies).toEqual([
      [path, { decision: "approve", stage: 2, digest: view.digest }],
      [path, { decision: "reject", stage: 2, digest: view.digest }],
    ]);
  });

  it("says after a forged form that nothing was decided, and where to read how", () => {
    const markup = approvalPage(signedView, noticeOf("signed_only"));
    expect(flat(markup)).toContain("Nothing was decided yet.");
    expect(markup).toMatch(/<div class="notice"[\s\S]*?href="#decide"/);
    expect(markup.match(/\sid="decide"/g)).toHaveLength(1);
    expect(markup).not.toMatch(/<form\b/);
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

  it("says of an action that it is done once, with every parameter and its digest", () => {
    const html = approvalPage(actionView);
    for (const text of [
      "What is done",
      "<strong>Once</strong>, within 5 minutes",
      "Allow this, once, within 5 minutes",
    ])
      expect(html).toContain(text);
    for (const value of [
      "outage-apology",
      "About Tuesday&#39;s outage",
      "eu-customers",
      "4200",
      "it cannot be undone",
    ])
      expect(html).toContain(value);
    expect(html).toContain("digest of the parameters");
    expect(html).not.toContain("It then ends by itself");
  });
});
