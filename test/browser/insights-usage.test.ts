import { describe, it } from "vitest";
import { usagePage } from "../../client/learn/usage/page/page.ts";
import { browserThere, skippedWithout } from "./chromium.ts";
import {
  expectAccessible,
  expectInert,
  expectPlotsInWords,
  expectPrints,
  looks,
  useBrowser,
} from "./document.ts";
import { MADE_AT, usageExamples } from "./usage-example.ts";

const pages = {
  ...Object.fromEntries(
    Object.entries(usageExamples).map(([name, found]) => [name, usagePage(found, MADE_AT)]),
  ),
  busy: usagePage(usageExamples.busy, MADE_AT),
};

describe.skipIf(!browserThere)(`the page of insights usage in a browser${skippedWithout}`, () => {
  const opened = useBrowser();

  it.each(looks)("has no finding of axe, changes opened, at $width px in the $scheme scheme", (look) =>
    expectAccessible(opened, pages, look),
  );

  it.each(looks)(
    "needs no sideways scrolling, and asks nobody for anything, at $width px: hostile text too (I-53)",
    (look) => expectInert(opened, pages, { look, title: /^What agents use of their access · Latchkey$/ }),
  );

  it("prints: white paper, the changes shown, nothing hidden behind a click", () =>
    expectPrints(opened, pages.busy, "#enough details pre"));

  it("says each plot in words for whoever does not see it, under ids that there are", () =>
    expectPlotsInWords(opened, pages.busy, 2));
});
