import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { approvalMail } from "../../../functions/ask-approvers/mail/mail.ts";
import { folded } from "../../../functions/ask-approvers/mail/text.ts";
import type { MailView } from "../../../functions/ask-approvers/mail/view.ts";
import { linkless } from "../../../functions/ask-approvers/mail/words.ts";
import { anyCharacter } from "../../fakes/any-character.ts";
import {
  hostileTexts,
  INVISIBLE,
  signedView,
  structureOf,
  textOf,
  view,
} from "../approval-page/page-example.ts";

const asked: MailView = {
  ...view,
  link: "https://approve.northwind.example/approvals/mDnmQx0V8rFqzv7JwJqfZb1t6GkW2h3uYp5LsNcEaTI",
  code: "k7m2qx4z",
};
const mail = approvalMail(asked);
const withWords = (text: string) =>
  approvalMail({ ...asked, purpose: text, task: text, ticket: text, onBehalfOf: text, model: text });
const both = [mail.text, textOf(mail.html).replace(/\s+/g, " ")];
const hostile = fc
  .oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: anyCharacter }))
  .map((text) => `x${text}`);
// What a mail program would make a link of, as far as its rules are known: schemes, www, names with a plausible ending.
const LINKISH = /\b[a-z][a-z0-9+-]*:\/\/|\bwww\.|\bmailto:|[\p{L}\p{N}_-][.\u3002\uff0e\uff61]\p{L}{2,}/giu;

describe("the mail to an approver", () => {
  it("says the ask in a short subject that holds no text of the agent's", () => {
    expect(mail.subject).toBe("Approve? Support assistant asks to read claims for 30 minutes");
    fc.assert(
      fc.property(hostile, (text) => {
        expect(withWords(text).subject).toBe(mail.subject);
      }),
    );
    const named = { ...asked, agent: { ...asked.agent, name: "A\r\nBcc: b\u202E" } };
    expect(approvalMail(named).subject).toBe("Approve? A Bcc: b asks to read claims for 30 minutes");
  });

  it("I-19 states the exact scope, who asks, how long and until when to decide", () => {
    expect(mail.text).toContain(
      '- read and list every object in bucket "latchkey-example-production-000000000000" whose key begins with "claims/2026/"\n',
    );
    expect(both[1]).toContain(view.possible[0]);
    for (const body of both) {
      expect(body).toContain("30 minutes, starting when the last approval is in");
      expect(body).toContain("Sunday 22 November 2026, 09:04 UTC");
      for (const fact of [view.agent.owner, view.agent.team, view.resource.description, view.digest]) {
        expect(body).toContain(fact);
      }
      expect(body).toContain("Tomás Herrera approved this");
    }
  });

  it("has exactly one link, and it is ours", () => {
    expect(mail.text.replace(asked.link, "").match(LINKISH)).toBeNull();
    expect(mail.text.split(asked.link)).toHaveLength(2);
    expect(mail.html.match(/\shref="[^"]*"/g)).toEqual([` href="${asked.link}"`]);
  });

  it("has exactly one link whatever the agent writes, in its words or its scope", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { text: plain, html } = withWords(text);
        expect(plain.replace(asked.link, "").match(LINKISH)).toBeNull();
        expect(textOf(html).match(LINKISH)).toBeNull();
        expect(html.match(/<a\b/g)).toHaveLength(1);
      }),
    );
    const possible = ["read the object claims/www.evil.example/x in bucket b"];
    expect(approvalMail({ ...asked, possible }).text).toContain("claims/www[.]evil[.]example/x");
  });

  it("leaves text alone that is no address, and says when it changed some", () => {
    const plain = "Version 2.1, e.g. for 1.5 hours: ratio 3:1, see a/b. Done.";
    expect(linkless(plain)).toBe(plain);
    expect(mail.text).not.toContain("bracketed");
    expect(withWords("see evil.example").text).toContain("bracketed");
    expect(withWords("see evil.example").html).toContain("bracketed");
  });

  it("quotes the agent's words on every line, marked as unverified", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const outside = (body: string) =>
          body.split("\n").filter((line) => !line.startsWith("> ") && !/bracketed/.test(line));
        expect(outside(withWords(text).text)).toEqual(outside(withWords("x").text));
      }),
    );
    expect(mail.text).toMatch(/Unverified text, written by the agent\. Nobody has checked it:\n> Answer/);
  });

  it("has the same structure in HTML whatever the agent writes", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tags = structureOf(withWords(text).html);
        const extra = withWords(text).html.includes("bracketed");
        expect(tags).toEqual(structureOf(withWords(extra ? "a.bc" : "x").html));
      }),
    );
  });

  it("lets no bidi or zero-width character survive", () => {
    const evil = "a\u202Eb\u200Bc\u2066d\u{E0041}e\uFEFF";
    const { subject, text, html } = approvalMail({
      ...asked,
      ...{ purpose: evil, task: evil, possible: [evil], approver: { name: evil } },
      agent: { ...asked.agent, name: evil },
    });
    for (const part of [subject, text, html]) expect(part).not.toMatch(INVISIBLE);
  });

  it("carries the code once, grouped, and says what to do with it and what not", () => {
    for (const body of both) {
      expect(body.split("k7m2-qx4z")).toHaveLength(2);
      expect(body.replaceAll(asked.grant ?? "", "")).not.toContain("k7m2qx4z");
      expect(body).toContain("Opening the page decides nothing.");
      expect(body).toContain("Do not forward this e-mail or the code");
    }
    expect(mail.subject).not.toMatch(/k7m2/);
    expect(asked.link).not.toContain("k7m2");
  });

  it("loads nothing: no image, no style sheet, no script, no remote resource", () => {
    expect(mail.html).not.toMatch(/<(img|script|link|style|iframe|form|video|audio|object|svg)\b/);
    expect(mail.html).not.toMatch(/\s(src|srcset|background|on\w+)=|url\(|@import/);
  });

  it("says the risk and its factors, and which rule asks and why, as the page does", () => {
    for (const body of both) {
      expect(body).toContain("62 of 100, high.");
      for (const { name, points, detail } of view.risk?.factors ?? [])
        expect(body).toContain(`+${points} ${name}: ${detail}`);
      const asks = body.indexOf("Asks you: personal data is read only");
      expect(asks).toBeGreaterThan(0);
      expect(body.indexOf("Allows it: reading in the agent's own environment")).toBeGreaterThan(asks);
      expect(body).toContain("personal-data-needs-privacy");
    }
    expect(approvalMail({ ...asked, risk: undefined }).text).not.toContain("of 100");
  });

  it("does not tell what the agent asked before: the page does, as it is when it is opened", () => {
    for (const body of both) expect(body).not.toContain("m3p5st7vwxyz2346");
  });

  it("says what holds of each stage: the second group, the team left out, answers by the signed API", () => {
    const { text, html } = approvalMail({ ...asked, ...signedView });
    for (const body of [text, textOf(html).replace(/\s+/g, " ")]) {
      expect(body).toContain("Security engineering may answer too: Samira Haddad.");
      expect(body).toContain("own team, customer-care, do not count.");
      expect(body).toContain("Priya Raman approved this by the signed API");
    }
  });

  it.each(["javascript:alert(1)", "ftp://x", "", "https://a b"])(
    "refuses to be sent with the link %j",
    (link) => {
      expect(() => approvalMail({ ...asked, link })).toThrow(TypeError);
    },
  );

  it("refuses to be sent with something else for a code", () => {
    expect(() => approvalMail({ ...asked, code: "k7m2-qx4z" })).toThrow(TypeError);
  });

  it("folds long text at spaces only", () => {
    expect(
      folded(`${"ab ".repeat(60)}end`, "> ")
        .split("\n")
        .every((line) => line.length <= 75),
    ).toBe(true);
    expect(folded("a b", "> ")).toBe("> a b");
  });
});

describe("a mail that comes again", () => {
  const escalation = { groupName: "Security engineering", at: view.decideBy, due: true, people: ["Samira"] };
  const stages = view.stages.map((stage) => ({ ...stage, escalation }));
  const unanswered = stages.map((stage) => ({ ...stage, decided: [] }));
  const cases: [string, Partial<MailView>, string, string][] = [
    [
      "a reminder",
      { why: "reminder" },
      "Reminder: Approve?",
      "half of the time to answer is over: it ends Sunday 22 November 2026, 09:04 UTC.",
    ],
    [
      "an escalation that nobody answered",
      { why: "escalation", stages: unanswered },
      "Escalated: Approve?",
      "Nobody of Data protection office answered in time, so Security engineering is asked too.",
    ],
    [
      "an escalation that too few answered",
      { why: "escalation", stages },
      "Escalated: Approve?",
      "Too few of Data protection office answered in time, so Security engineering is asked too.",
    ],
    ["a resend", { why: "resend" }, "Sent again: Approve?", "because somebody asked for that."],
  ];

  it.each(cases)("says so: %s", (_, change, subject, sentence) => {
    const again = approvalMail({ ...asked, ...change });
    expect(again.subject).toBe(`${subject} Support assistant asks to read claims for 30 minutes`);
    const html = textOf(again.html).replace(/\s+/g, " ");
    expect(again.text.indexOf(sentence)).toBeGreaterThan(0);
    expect(again.text.indexOf(sentence)).toBeLessThan(again.text.indexOf("Support assistant asks to read"));
    expect(html).toContain(sentence);
    for (const body of [again.text, html]) expect(body).toContain("k7m2-qx4z");
  });

  it("is otherwise the first mail", () => {
    const reminder = approvalMail({ ...asked, why: "reminder" }).text;
    expect(
      reminder
        .split("\n")
        .filter((line) => !/half of the time/.test(line))
        .join("\n"),
    ).toBe(mail.text.replace("Hello Priya Raman,\n\n", "Hello Priya Raman,\n\n\n"));
    expect(mail.text).not.toMatch(/Reminder|asked too|Sent again/);
  });
});

describe("the mail about a stage that only the signed API decides", () => {
  const { link } = asked;
  const signed = approvalMail({ ...signedView, link, code: "k7m2qx4z" });

  it("has no code, whatever it is given, and links to the page for reading", () => {
    for (const body of [signed.text, textOf(signed.html)]) {
      expect(body).not.toMatch(/confirmation code|k7m2-?qx4z(?!abcd)/i);
      expect(body).toContain("decided through the signed API only");
    }
    expect(signed.html.match(/\shref="[^"]*"/g)).toEqual([` href="${link}"`]);
    expect(signed.text.split(link)).toHaveLength(2);
    expect(signed.text).not.toContain("To approve or reject, open this page");
    expect(approvalMail({ ...signedView, link })).toEqual(signed);
  });

  it("says what to send instead, bound to the stage and digest", () => {
    for (const body of [signed.text, textOf(signed.html)]) {
      expect(body).toContain(`POST /grants/${view.grant}/decision`);
      expect(body).toContain(`{"decision":"approve","stage":2,"digest":"${view.digest}"}`);
    }
  });

  it("is the only one that may lack a code", () => {
    expect(() => approvalMail({ ...view, link })).toThrow(TypeError);
  });
});
