import { describe, expect, it } from "vitest";
import { reportPage } from "../../client/audit/report/page.ts";
import { browserThere, skippedWithout } from "./chromium.ts";
import {
  expectAccessible,
  expectInert,
  expectPlotsInWords,
  expectPrints,
  looks,
  useBrowser,
} from "./document.ts";
import { busy, hostile, MADE_AT, month, silent } from "./report-example.ts";

const pages = {
  busy: reportPage(busy, month, MADE_AT),
  silent: reportPage(silent, month, MADE_AT),
  hostile: reportPage(hostile, month, MADE_AT),
};
const title = /^Access of AI agents, November 2026 · Latchkey$/;

describe.skipIf(!browserThere)(`the month's report in a browser${skippedWithout}`, () => {
  const opened = useBrowser();

  it.each(looks)("has no finding of axe at $width px in the $scheme scheme, tables opened", (look) =>
    expectAccessible(opened, pages, look),
  );

  it.each(looks)(
    "needs no sideways scrolling at $width px, asks nobody for anything, and hostile text in every cell runs and fetches nothing (I-53)",
    (look) => expectInert(opened, pages, { look, title }),
  );

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

  it("prints: white paper, every number shown, nothing hidden behind a click", () =>
    expectPrints(opened, pages.busy, "#asks details table"));

  it("says each plot in words for whoever does not see it, under ids that there are", () =>
    expectPlotsInWords(opened, pages.busy, 7));

  it("works without JavaScript: the numbers open with the keyboard", async () => {
    await opened(
      pages.busy,
      { width: 1280, scheme: "light" },
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
