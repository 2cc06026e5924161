import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { usagePage } from "../../client/learn/usage/page/page.ts";
import { browserThere, openBrowser, PAPER, skippedWithout } from "./chromium.ts";
import { MADE_AT, usageExamples } from "./usage-example.ts";

const names = Object.keys(usageExamples) as (keyof typeof usageExamples)[];
const pages = Object.fromEntries(
  names.map((name) => [name, usagePage(usageExamples[name], MADE_AT)]),
) as Record<(typeof names)[number], string>;
type Look = { width: number; scheme: "light" | "dark" };
const looks: Look[] = [
  { width: 320, scheme: "light" },
  { width: 1280, scheme: "dark" },
];

describe.skipIf(!browserThere)(`the page of insights usage in a browser${skippedWithout}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  /** Opens a page as a file would be: everything it asks for is noted, and refused. */
  async function opened(
    markup: string,
    { width, scheme }: Look,
    work: (page: Page, seen: { requests: string[]; refused: string[] }) => Promise<void>,
    forAxe = false,
  ): Promise<void> {
    const context = await browser.newContext({
      bypassCSP: forAxe, // the page's policy forbids scripts, axe is one: it alone gets past
      viewport: { width, height: 900 },
      colorScheme: scheme,
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

  it.each(looks)(
    "has no finding of axe, changes opened, at $width px in the $scheme scheme",
    async (look) => {
      for (const name of names)
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
          true,
        );
    },
  );

  it.each(looks)(
    "needs no sideways scrolling, and asks nobody for anything, at $width px: hostile text too (I-53)",
    async (look) => {
      for (const name of names)
        await opened(pages[name], look, async (page, { requests, refused }) => {
          const width = await page.evaluate("document.documentElement.scrollWidth");
          expect({ name, width, requests, refused }).toEqual({
            name,
            width: look.width,
            requests: [],
            refused: [],
          });
          expect(await page.title()).toBe("What agents use of their access · Latchkey");
          expect(
            await page.locator("script, img, iframe, object, link, [onload], [onerror], [style]").count(),
          ).toBe(0);
        });
    },
  );

  it("prints: white paper, the changes shown, nothing hidden behind a click", async () => {
    await opened(pages.busy, { width: 1280, scheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize(PAPER);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PAPER.width);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
      expect((await page.locator("#enough details pre").first().boundingBox())?.height).toBeGreaterThan(100);
      expect(await page.locator("nav").isVisible()).toBe(false);
      expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
    });
  });

  it("says each plot in words for whoever does not see it, under ids that there are", async () => {
    await opened(pages.busy, { width: 1280, scheme: "light" }, async (page) => {
      const plots = page.locator("svg[role=img]");
      expect(await plots.count()).toBe(2);
      for (const plot of await plots.all())
        for (const label of (await plot.getAttribute("aria-labelledby"))?.split(" ") ?? [])
          expect((await page.locator(`#${label}`).textContent())?.length).toBeGreaterThan(10);
    });
  });
});
