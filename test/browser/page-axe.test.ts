import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvalPage } from "../../functions/approval-page/page/approval.ts";
import { contentSecurityPolicy } from "../../functions/approval-page/page/headers.ts";
import { noNotice, noticeOf } from "../../functions/approval-page/page/notice.ts";
import { outcomePage } from "../../functions/approval-page/page/outcome.ts";
import { problemPage } from "../../functions/approval-page/page/problem.ts";
import type { NoticeKind, Outcome, Problem } from "../../functions/approval-page/page/view.ts";
import type { Grant } from "../../functions/core/grant/grant.ts";
import { hostileTexts, signedView, view } from "../functions/approval-page/page-example.ts";
import { browserThere, openBrowser, skippedWithout } from "./chromium.ts";

const problems: Problem[] = ["link", "unreadable_form", "unavailable"];
const notices: NoticeKind[] = [
  ...(["wrong_code", "missing_code", "missing_decision", "comment_too_long"] as const),
  ...(["slow_down", "signed_only", "unavailable"] as const),
];
// Each outcome with a state of the grant that it can have: the states differ in words alone.
const outcomes: [Outcome, Grant["status"]][] = [
  ["you_approved", "ACTIVE"],
  ["you_rejected", "REJECTED"],
  ["decided_by_others", "APPROVED"],
  ["over", "EXPIRED"],
];
const long = "W".repeat(2_000);
const nasty = [long, "漢".repeat(500), ...hostileTexts].join(" ");
const hostileView = {
  ...view,
  ...{ purpose: nasty, task: long, ticket: long, onBehalfOf: long, model: long },
  agent: { ...view.agent, name: long.slice(0, 80), owner: long.slice(0, 80), principal: long },
  resource: {
    ...view.resource,
    description: long.slice(0, 200),
    tags: Array.from({ length: 12 }, () => "w".repeat(48)),
  },
  possible: [long, ...hostileTexts],
  statements: [{ Effect: "Allow" as const, Action: ["s3:GetObject"], Resource: [long] }],
  rules: [{ id: "r".repeat(64), reason: long.slice(0, 300) }],
  risk: { score: 100, band: "w".repeat(40), factors: [{ name: long, points: 100, detail: long }] },
  stages: view.stages.map((stage) => ({
    ...stage,
    ...{ groupName: long, reason: long, asked: [long, long], excludedTeam: long },
    escalation: { groupName: long, at: view.decideBy, due: true, people: [long] },
    decided: [{ name: long, at: view.decideBy, comment: long }],
  })),
};

const values = hostileTexts.map((text) => JSON.stringify(text));
const actionView = {
  ...view,
  access: "perform" as const,
  resource: {
    ...view.resource,
    id: "send-mass-mail",
    description: "Send one mail to every customer of a segment",
  },
  possible: [
    "send-mass-mail, once, by mail-gateway; it cannot be undone",
    ...values.map((text, index) => `parameter${index}: ${text}`),
  ],
  values,
  statements: [
    {
      Effect: "Allow" as const,
      Action: ["latchkey:Perform"],
      Resource: ["arn:aws:latchkey:eu-central-1:123456789012:action/send-mass-mail"],
      Condition: { StringEquals: { "latchkey:Audience": ["mail-gateway"] } },
    },
  ],
};

const variants: [string, string][] = [
  ["open", approvalPage(view)],
  ["open, with nothing that may be absent", approvalPage({ ...view, ...bare() })],
  ["open, hostile long words", approvalPage(hostileView, noNotice, { comment: nasty })],
  ["an action, hostile long values", approvalPage(actionView)],
  ["signed only", approvalPage(signedView)],
  ["signed only, hostile long words", approvalPage({ ...hostileView, signedOnly: true })],
  ...notices.map((kind): [string, string] => [
    `notice ${kind}`,
    approvalPage(view, noticeOf(kind), { comment: "seen" }),
  ]),
  ["notice signed_only on the signed page", approvalPage(signedView, noticeOf("signed_only"))],
  ...outcomes.map(([outcome, status]): [string, string] => [
    `outcome ${outcome}, ${status}`,
    outcomePage({ ...view, outcome, status, window: { seconds: 1_800, endsAt: "2026-11-21T10:00:00Z" } }),
  ]),
  ["outcome, hostile long words", outcomePage({ ...hostileView, outcome: "you_approved", status: "ACTIVE" })],
  ...problems.map((problem): [string, string] => [`problem ${problem}`, problemPage(problem)]),
];

/** A view as of a grant that was asked before there was a score, by an agent that says little and never asked before. */
function bare() {
  const absent = { task: undefined, ticket: undefined, onBehalfOf: undefined, model: undefined };
  return { ...absent, risk: undefined, earlier: [], stages: view.stages.slice(0, 1) };
}

type Look = { width: number; scheme: "light" | "dark" };
const looks: Look[] = [320, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
);

describe.skipIf(!browserThere)(`every page in a browser${skippedWithout}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  const opened = async (
    { width, scheme }: Look,
    settings: { javaScriptEnabled: boolean },
    work: (page: Page, show: (markup: string) => Promise<unknown>) => Promise<void>,
  ): Promise<void> => {
    // The policy forbids scripts, axe is one: it alone gets past.
    const bypassCSP = settings.javaScriptEnabled;
    const viewport = { width, height: 800 };
    const context = await browser.newContext({ ...settings, bypassCSP, viewport, colorScheme: scheme });
    try {
      const page = await context.newPage();
      let body = "";
      await page.route("**/*", (route) =>
        route.fulfill({
          body,
          contentType: "text/html; charset=utf-8",
          headers: { "content-security-policy": contentSecurityPolicy },
        }),
      );
      await work(page, (markup) => {
        body = markup;
        return page.goto("http://approve.test/");
      });
    } finally {
      await context.close();
    }
  };

  const findings = (page: Page): Promise<{ found: string[]; passed: number }> =>
    page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations, passes }) => ({
      found: violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")),
      passed: passes.length,
    }))`);

  it("is looked at by an axe that finds: a label lost, a text too pale, a page too wide", async () => {
    await opened({ width: 320, scheme: "dark" }, { javaScriptEnabled: true }, async (page, show) => {
      const spoilt = approvalPage(view)
        .replace('<label for="code">Confirmation code</label>', "")
        .replace(' title="Eight letters and digits, such as abcd-efgh"', "")
        .replace("<h1>", '<h1 id="pale">');
      await show(spoilt);
      await page.evaluate(axe.source);
      await page.addStyleTag({ content: "#pale{color:#333} pre{white-space:pre;width:99rem}" });
      const ids = (await findings(page)).found.map((each) => each.split(":")[0]);
      expect(ids).toEqual(expect.arrayContaining(["label", "color-contrast"]));
      await page.locator("summary").click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeGreaterThan(320);
    });
  }, 60_000);

  it.each(looks)(
    "has no finding of axe at $width px in the $scheme scheme",
    async (look) => {
      await opened(look, { javaScriptEnabled: true }, async (page, show) => {
        await show(approvalPage(view));
        // Once: the window stays when its document is written anew, and parsing axe takes longer than most pages.
        await page.evaluate(axe.source);
        for (const [name, markup] of variants) {
          await page.setContent(markup);
          const { found, passed } = await findings(page);
          expect({ name, found }).toEqual({ name, found: [] });
          expect(passed).toBeGreaterThan(10);
        }
      });
    },
    120_000,
  );

  it.each([{ width: 320, scheme: "light" } as const, { width: 1280, scheme: "dark" } as const])(
    "without JavaScript nothing needs sideways scrolling at $width px, whatever is in it",
    async (look) => {
      await opened(look, { javaScriptEnabled: false }, async (page, show) => {
        for (const [name, markup] of variants) {
          await show(markup.replaceAll("<details>", "<details open>"));
          const width = await page.evaluate("document.documentElement.scrollWidth");
          expect({ name, width }).toEqual({ name, width: look.width });
        }
      });
    },
    60_000,
  );

  it("is styled under its own policy, in the scheme that the reader prefers", async () => {
    for (const [scheme, background] of [
      ["light", "rgb(243, 242, 237)"],
      ["dark", "rgb(16, 21, 26)"],
    ] as const)
      await opened({ width: 1280, scheme }, { javaScriptEnabled: false }, async (page, show) => {
        await show(approvalPage(view));
        expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(background);
      });
  });

  it("is used with the keyboard alone: every stop is seen, in the order of the page, and space chooses", async () => {
    await opened({ width: 320, scheme: "dark" }, { javaScriptEnabled: false }, async (page, show) => {
      await show(approvalPage(view, noticeOf("wrong_code")));
      const stops: string[] = [];
      for (let presses = 0; presses < 6; presses += 1) {
        await page.keyboard.press("Tab");
        stops.push(
          (await page.evaluate(`(() => {
            const at = document.activeElement;
            const drawn = at.closest(".choice") ?? at;
            const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
            return [at.id || at.localName, outlineStyle, outlineWidth].join(" ");
          })()`)) as string,
        );
      }
      const seen = "solid 3px";
      expect(stops).toEqual([
        ...[`a ${seen}`, `summary ${seen}`, `approve ${seen}`],
        ...[`comment ${seen}`, `code ${seen}`, `button ${seen}`],
      ]);
      await page.locator("#approve").focus();
      await page.keyboard.press("Space");
      expect(await page.locator("input:checked").getAttribute("value")).toBe("approve");
    });
  });

  it("shows the exact permissions and sends the form without JavaScript", async () => {
    await opened({ width: 320, scheme: "light" }, { javaScriptEnabled: false }, async (page, show) => {
      await show(approvalPage(view));
      const exact = page.locator("details pre");
      expect(await exact.isVisible()).toBe(false);
      await page.locator("summary").click();
      expect(await exact.isVisible()).toBe(true);
      const sent = page.waitForRequest((request) => request.method() === "POST");
      await page.locator("input[value=reject]").check();
      await page.locator("#comment").fill("not for this");
      await page.locator("#code").fill("abcd-efgh");
      await page.locator("button[type=submit]").click();
      expect((await sent).postData()).toBe("decision=reject&comment=not+for+this&code=abcd-efgh");
    });
  });
});
