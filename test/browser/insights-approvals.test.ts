import { describe, it } from "vitest";
import { approvalInsightsPage } from "../../client/learn/approvals/page.ts";
import { approvalExamples, MADE_AT, PERIOD } from "./approvals-example.ts";
import { browserThere, skippedWithout } from "./chromium.ts";
import {
  expectAccessible,
  expectInert,
  expectPlotsInWords,
  expectPrints,
  looks,
  useBrowser,
} from "./document.ts";

const pages = {
  ...Object.fromEntries(
    Object.entries(approvalExamples).map(([name, found]) => [
      name,
      approvalInsightsPage(found, PERIOD, MADE_AT),
    ]),
  ),
  busy: approvalInsightsPage(approvalExamples.busy, PERIOD, MADE_AT),
};
const title = /^What people do with asks, from 2026-09-02 to 2026-1[12]-\d\d · Latchkey$/;

describe.skipIf(!browserThere)(`the page of insights approvals in a browser${skippedWithout}`, () => {
  const opened = useBrowser();

  it.each(looks)("has no finding of axe at $width px in the $scheme scheme", (look) =>
    expectAccessible(opened, pages, look),
  );

  it.each(looks)(
    "needs no sideways scrolling, and asks nobody for anything, at $width px: hostile text too (I-53)",
    (look) => expectInert(opened, pages, { look, title }),
  );

  it("prints: white paper, the changes shown, nothing hidden behind a click", () =>
    expectPrints(opened, pages.busy, "#changes pre"));

  it("says each plot in words for whoever does not see it, under ids that there are", () =>
    expectPlotsInWords(opened, pages.busy, 4));
});
