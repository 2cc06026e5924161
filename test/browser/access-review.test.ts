import { beforeAll, describe, expect, it } from "vitest";
import { reviewPage } from "../../client/learn/review/page.ts";
import { grantOf, odd, ordinary, reviewFor } from "../client/learn/review/example.ts";
import { browserThere, skippedWithout } from "./chromium.ts";
import { expectAccessible, expectInert, expectPrints, looks, useBrowser } from "./document.ts";

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202e\u0000';

describe.skipIf(!browserThere)(`an access review in a browser${skippedWithout}`, () => {
  const opened = useBrowser();
  let review: string;
  beforeAll(async () => {
    const hostile = grantOf({ number: 20, day: 20, agent: HOSTILE, resource: HOSTILE, access: HOSTILE });
    review = reviewPage(await reviewFor([...ordinary, ...odd, hostile]));
  }, 60_000);

  it.each(looks)("has no finding of axe at $width px in the $scheme scheme", (look) =>
    expectAccessible(opened, { review }, look),
  );

  it.each(looks)(
    "needs no sideways scrolling at $width px, asks nobody for anything, and hostile text runs and fetches nothing (I-53)",
    (look) => expectInert(opened, { review }, { look, title: /^Access review, October 2026 · Latchkey$/ }),
  );

  it("shows hostile text as it is, and every permission", async () => {
    await opened(review, { width: 1280, scheme: "light" }, async (page) => {
      expect(await page.locator("#did").textContent()).toContain("<img src=x onerror=");
      expect(await page.locator("#who tbody tr").count()).toBeGreaterThan(30);
    });
  });

  it("prints: white paper, every permission, nothing hidden behind a click", () =>
    expectPrints(opened, review, "#who tbody"));
});
