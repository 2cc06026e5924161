import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { openBrowser, PAPER } from "./chromium.ts";

export type Look = { width: number; scheme: "light" | "dark" };
type Seen = { requests: string[]; refused: string[] };
type Options = { forAxe?: boolean; javaScriptEnabled?: boolean };
export type Opened = (
  markup: string,
  look: Look,
  work: (page: Page, seen: Seen) => Promise<void>,
  options?: Options,
) => Promise<void>;

/** A phone by day and a screen by night: each width and each scheme once. */
export const looks: readonly Look[] = [
  { width: 320, scheme: "light" },
  { width: 1280, scheme: "dark" },
];

const ADDRESS = "http://document.test/";

/** A browser for the tests of a suite, which opens a page as a file would be: what it asks for is noted, and refused. */
export function useBrowser(): Opened {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  return async (markup, { width, scheme }, work, { forAxe = false, javaScriptEnabled = true } = {}) => {
    const context = await browser.newContext({
      bypassCSP: forAxe, // the page's policy forbids scripts, axe is one: it alone gets past
      javaScriptEnabled,
      viewport: { width, height: 900 },
      colorScheme: scheme,
    });
    try {
      const page = await context.newPage();
      const seen: Seen = { requests: [], refused: [] };
      page.on("console", (line) => void seen.refused.push(line.text()));
      await page.route("**/*", (route) => {
        if (route.request().url() === ADDRESS)
          return route.fulfill({ body: markup, contentType: "text/html; charset=utf-8" });
        seen.requests.push(route.request().url());
        return route.abort();
      });
      await page.goto(ADDRESS);
      await work(page, seen);
    } finally {
      await context.close();
    }
  };
}

/** What axe finds on each page with all of it opened: nothing, after it has looked. */
export async function expectAccessible(opened: Opened, pages: Readonly<Record<string, string>>, look: Look) {
  for (const [name, markup] of Object.entries(pages))
    await opened(
      markup.replaceAll("<details>", "<details open>"),
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
}

/** That each page fits the screen, asks nobody for anything, and holds nothing that could: hostile text is text. */
export async function expectInert(
  opened: Opened,
  pages: Readonly<Record<string, string>>,
  { look, title }: { look: Look; title: RegExp },
): Promise<void> {
  const active = "script, img, iframe, object, link, form, a[href^=javascript], [onload], [onerror], [style]";
  for (const [name, markup] of Object.entries(pages))
    await opened(markup, look, async (page, { requests, refused }) => {
      const width = await page.evaluate("document.documentElement.scrollWidth");
      const elements = await page.locator(active).count();
      expect({ name, width, requests, refused, elements }).toEqual({
        ...{ name, width: look.width, requests: [], refused: [], elements: 0 },
      });
      expect(await page.title()).toMatch(title);
    });
}

/** That a page prints within the paper, on white, without what is for clicking. `shown` is what must be seen on it. */
export async function expectPrints(opened: Opened, markup: string, shown: string): Promise<void> {
  await opened(markup, { width: 1280, scheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.setViewportSize(PAPER);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PAPER.width);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect((await page.locator(shown).first().boundingBox())?.height).toBeGreaterThan(100);
    for (const links of await page.locator("nav").all()) expect(await links.isVisible()).toBe(false);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  });
}

/** That so many plots each say in words what they show, under ids that there are. */
export async function expectPlotsInWords(opened: Opened, markup: string, count: number): Promise<void> {
  await opened(markup, { width: 1280, scheme: "light" }, async (page) => {
    const plots = page.locator("svg[role=img]");
    expect(await plots.count()).toBe(count);
    for (const plot of await plots.all()) {
      const labels = (await plot.getAttribute("aria-labelledby"))?.split(" ") ?? [];
      expect(labels).not.toEqual([]);
      for (const label of labels)
        expect((await page.locator(`#${label}`).textContent())?.length).toBeGreaterThan(4);
    }
  });
}
