import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reviewPage } from "../../client/learn/review/page.ts";
import { grantOf, odd, ordinary, reviewFor } from "../client/learn/review/example.ts";
import { browserThere, openBrowser, PAPER, skippedWithout } from "./chromium.ts";

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202e\u0000';

describe.skipIf(!browserThere)(`an access review in a browser${skippedWithout}`, () => {
  let browser: Browser;
  let markup: string;
  beforeAll(async () => {
    const hostile = grantOf({ number: 20, day: 20, agent: HOSTILE, resource: HOSTILE, access: HOSTILE });
    markup = reviewPage(await reviewFor([...ordinary, ...odd, hostile]));
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  /** Opens the page as a file would be: everything that it asks for is noted, and refused. */
  async function opened(
    look: { width: number; scheme: "light" | "dark"; bypassCSP?: boolean },
    work: (page: Page, seen: { requests: string[]; refused: string[] }) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext({
      bypassCSP: look.bypassCSP ?? false,
      viewport: { width: look.width, height: 900 },
      colorScheme: look.scheme,
    });
    try {
      const page = await context.newPage();
      const seen = { requests: [] as string[], refused: [] as string[] };
      page.on("console", (line) => void seen.refused.push(line.text()));
      await page.route("**/*", (route) => {
        if (route.request().url() === "http://review.test/")
          return route.fulfill({ body: markup, contentType: "text/html; charset=utf-8" });
        seen.requests.push(route.request().url());
        return route.abort();
      });
      await page.goto("http://review.test/");
      await work(page, seen);
    } finally {
      await context.close();
    }
  }

  it.each([
    { width: 320, scheme: "dark" as const },
    { width: 1280, scheme: "light" as const },
  ])(
    "has no finding of axe at $width px in the $scheme scheme, and needs no sideways scrolling",
    async (look) => {
      await opened({ ...look, bypassCSP: true }, async (page) => {
        await page.evaluate(axe.source);
        const { found, passed } = (await page.evaluate(`axe.run(document, { resultTypes: ["violations"] })
        .then(({ violations, passes }) => ({
          found: violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" ")),
          passed: passes.length,
        }))`)) as { found: string[]; passed: number };
        expect(found).toEqual([]);
        expect(passed).toBeGreaterThan(10);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(look.width);
      });
    },
  );

  it("asks nobody for anything, and hostile text runs and fetches nothing (I-53)", async () => {
    await opened({ width: 1280, scheme: "light" }, async (page, { requests, refused }) => {
      expect({ requests, refused }).toEqual({ requests: [], refused: [] });
      expect(await page.title()).toBe("Access review, October 2026 · Latchkey");
      expect(await page.locator("script, img, iframe, object, link, form").count()).toBe(0);
      expect(await page.locator("#did").textContent()).toContain("<img src=x onerror=");
    });
  });

  it("prints: white paper, every permission, nothing hidden behind a click", async () => {
    await opened({ width: 1280, scheme: "dark" }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize(PAPER);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PAPER.width);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
      expect(await page.locator("nav").isVisible()).toBe(false);
      expect(await page.locator("#who tbody tr").count()).toBeGreaterThan(30);
      expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
    });
  });
});
