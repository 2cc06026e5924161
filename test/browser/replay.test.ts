import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayPage } from "../../client/learn/replay/page.ts";
import { browserThere, openBrowser, PAPER, skippedWithout } from "./chromium.ts";
import { hostileReplay, quietReplay, replayExample } from "./replay-example.ts";

const MADE_AT = Date.UTC(2026, 11, 1, 6, 30);
const pages = {
  busy: replayPage(replayExample, MADE_AT),
  quiet: replayPage(quietReplay, MADE_AT),
  hostile: replayPage(hostileReplay, MADE_AT),
};
const names = Object.keys(pages) as (keyof typeof pages)[];
type Look = { width: number; scheme: "light" | "dark"; forAxe?: true };

describe.skipIf(!browserThere)(`the page of a replay in a browser${skippedWithout}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  async function opened(markup: string, look: Look, work: (page: Page, requests: string[]) => Promise<void>) {
    const context = await browser.newContext({
      bypassCSP: look.forAxe === true, // the page's policy forbids scripts, axe is one: it alone gets past
      viewport: { width: look.width, height: 900 },
      colorScheme: look.scheme,
    });
    try {
      const page = await context.newPage();
      const requests: string[] = [];
      await page.route("**/*", (route) => {
        if (route.request().url() === "http://replay.test/")
          return route.fulfill({ body: markup, contentType: "text/html; charset=utf-8" });
        requests.push(route.request().url());
        return route.abort();
      });
      await page.goto("http://replay.test/");
      await work(page, requests);
    } finally {
      await context.close();
    }
  }

  it.each([
    { width: 320, scheme: "light" },
    { width: 1280, scheme: "dark" },
  ] as const)(
    "has no finding of axe and no sideways scrolling at $width px in the $scheme scheme",
    async (look) => {
      for (const name of names)
        await opened(
          pages[name].replaceAll("<details>", "<details open>"),
          { ...look, forAxe: true },
          async (page) => {
            const width = await page.evaluate("document.documentElement.scrollWidth");
            await page.evaluate(axe.source);
            const found =
              await page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
            violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" ")))`);
            expect({ name, width, found }).toEqual({ name, width: look.width, found: [] });
          },
        );
    },
    120_000,
  );

  it("asks nobody for anything, and hostile names run and fetch nothing (I-53)", async () => {
    for (const name of names)
      await opened(pages[name], { width: 1280, scheme: "light" }, async (page, requests) => {
        expect({ name, requests }).toEqual({ name, requests: [] });
        expect(await page.title()).toBe("What a policy would have decided · Latchkey");
        expect(await page.locator("script, img, iframe, object, link, [onload], [onerror]").count()).toBe(0);
      });
  });

  it("says each plot in words, and prints on white paper with every number shown", async () => {
    await opened(pages.busy, { width: 1280, scheme: "dark" }, async (page) => {
      const plots = page.locator("svg[role=img]");
      expect(await plots.count()).toBe(5);
      for (const plot of await plots.all())
        for (const label of (await plot.getAttribute("aria-labelledby"))?.split(" ") ?? [])
          expect((await page.locator(`#${label}`).textContent())?.length).toBeGreaterThan(4);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize(PAPER);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PAPER.width);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
      expect((await page.locator("#days details table").boundingBox())?.height).toBeGreaterThan(100);
    });
  });
});
