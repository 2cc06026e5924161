import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportPage } from "../../client/audit/report/page.ts";
import { browserThere, openBrowser, PAPER, skippedWithout } from "./chromium.ts";
import { busy, hostile, MADE_AT, month, silent } from "./report-example.ts";

const pages = {
  busy: reportPage(busy, month, MADE_AT),
  silent: reportPage(silent, month, MADE_AT),
  hostile: reportPage(hostile, month, MADE_AT),
};
const names = Object.keys(pages) as (keyof typeof pages)[];
type Look = { width: number; scheme: "light" | "dark" };
const looks: Look[] = [320, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
);

describe.skipIf(!browserThere)(`the month's report in a browser${skippedWithout}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  /** Opens a page as a file would be: everything it asks for is noted, and refused. */
  async function opened(
    markup: string,
    look: Look,
    work: (page: Page, seen: { requests: string[]; refused: string[] }) => Promise<void>,
    { forAxe = false, javaScriptEnabled = true } = {},
  ): Promise<void> {
    const context = await browser.newContext({
      bypassCSP: forAxe, // the page's policy forbids scripts, axe is one: it alone gets past
      javaScriptEnabled,
      viewport: { width: look.width, height: 900 },
      colorScheme: look.scheme,
    });
    try {
      const page = await context.newPage();
      const seen = { requests: [] as string[], refused: [] as string[] };
      page.on("console", (line) => void seen.refused.push(line.text()));
      await page.route("**/*", (route) => {
        if (route.request().url() === "http://report.test/")
          return route.fulfill({ body: markup, contentType: "text/html; charset=utf-8" });
        seen.requests.push(route.request().url());
        return route.abort();
      });
      await page.goto("http://report.test/");
      await work(page, seen);
    } finally {
      await context.close();
    }
  }

  // Every page at each width and in each scheme; the one with most on it at each width in each scheme.
  const seenBy = ({ width, scheme }: Look): typeof names =>
    (width === 320) === (scheme === "light") ? names : ["busy"];
  it.each(looks)(
    "has no finding of axe at $width px in the $scheme scheme, tables opened",
    async (look) => {
      for (const name of seenBy(look))
        await opened(
          pages[name].replaceAll("<details>", "<details open>"),
          look,
          async (page) => {
            await page.evaluate(axe.source);
            const { found, passed } = (await page.evaluate(`axe.run(document, { resultTypes: ["violations"] })
              .then(({ violations, passes }) => ({
                found: violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" ")),
                passed: passes.length,
              }))`)) as { found: string[]; passed: number };
            expect({ name, found }).toEqual({ name, found: [] });
            expect(passed).toBeGreaterThan(10);
          },
          { forAxe: true },
        );
    },
    120_000,
  );

  it("asks nobody for anything, and hostile text in every cell runs and fetches nothing (I-53)", async () => {
    for (const name of names)
      await opened(pages[name], { width: 1280, scheme: "light" }, async (page, { requests, refused }) => {
        expect({ name, requests, refused }).toEqual({ name, requests: [], refused: [] });
        expect(await page.title()).toBe("Access of AI agents, November 2026 · Latchkey");
        expect(
          await page.locator("script, img, iframe, object, link, a[href^=javascript], [onload]").count(),
        ).toBe(0);
      });
  });

  it("is styled under its own policy, which lets no other style or script in", async () => {
    const paper = { light: "rgb(243, 242, 237)", dark: "rgb(16, 21, 26)" };
    for (const scheme of ["light", "dark"] as const)
      await opened(pages.busy, { width: 1280, scheme }, async (page) => {
        expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(paper[scheme]);
      });
    const spoilt = pages.busy.replace(
      "<header>",
      '<script>document.title="owned"</script><header style="display:none">',
    );
    await opened(spoilt, { width: 1280, scheme: "light" }, async (page, { refused }) => {
      expect(await page.title()).not.toBe("owned");
      expect(await page.locator("header").isVisible()).toBe(true);
      expect(refused.join()).toContain("Content Security Policy");
    });
  });

  it.each(looks)(
    "needs no sideways scrolling of the page at $width px in the $scheme scheme",
    async (look) => {
      for (const name of names)
        await opened(pages[name], look, async (page) => {
          const width = await page.evaluate("document.documentElement.scrollWidth");
          expect({ name, width }).toEqual({ name, width: look.width });
        });
    },
  );

  it("prints: white paper, every number shown, nothing hidden behind a click", async () => {
    await opened(pages.busy, { width: 1280, scheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize(PAPER);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PAPER.width);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
      const table = page.locator("#asks details table");
      expect((await table.boundingBox())?.height).toBeGreaterThan(300);
      expect(await page.locator("nav").isVisible()).toBe(false);
      expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
    });
  });

  it("says each plot in words for whoever does not see it, under ids that there are", async () => {
    await opened(pages.busy, { width: 1280, scheme: "light" }, async (page) => {
      const plots = page.locator("svg[role=img]");
      expect(await plots.count()).toBe(7);
      for (const plot of await plots.all()) {
        const labels = (await plot.getAttribute("aria-labelledby"))?.split(" ") ?? [];
        for (const label of labels)
          expect((await page.locator(`#${label}`).textContent())?.length).toBeGreaterThan(10);
      }
    });
  });

  it("works without JavaScript: the numbers open with the keyboard", async () => {
    const look: Look = { width: 1280, scheme: "light" };
    await opened(
      pages.busy,
      look,
      async (page) => {
        const summary = page.locator("#asks summary");
        await summary.focus();
        await page.keyboard.press("Enter");
        expect(await page.locator("#asks table").isVisible()).toBe(true);
      },
      { javaScriptEnabled: false },
    );
  });
});
