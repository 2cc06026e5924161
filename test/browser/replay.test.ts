import { describe, it } from "vitest";
import { replayPage } from "../../client/learn/replay/page.ts";
import { browserThere, skippedWithout } from "./chromium.ts";
import {
  expectAccessible,
  expectInert,
  expectPlotsInWords,
  expectPrints,
  looks,
  useBrowser,
} from "./document.ts";
import { hostileReplay, quietReplay, replayExample } from "./replay-example.ts";

const MADE_AT = Date.UTC(2026, 11, 1, 6, 30);
const pages = {
  busy: replayPage(replayExample, MADE_AT),
  quiet: replayPage(quietReplay, MADE_AT),
  hostile: replayPage(hostileReplay, MADE_AT),
};

describe.skipIf(!browserThere)(`the page of a replay in a browser${skippedWithout}`, () => {
  const opened = useBrowser();

  it.each(looks)("has no finding of axe at $width px in the $scheme scheme, tables opened", (look) =>
    expectAccessible(opened, pages, look),
  );

  it.each(looks)(
    "needs no sideways scrolling at $width px, asks nobody for anything, and hostile names run and fetch nothing (I-53)",
    (look) => expectInert(opened, pages, { look, title: /^What a policy would have decided · Latchkey$/ }),
  );

  it("prints: white paper, every number shown", () =>
    expectPrints(opened, pages.busy, "#days details table"));

  it("says each plot in words for whoever does not see it, under ids that there are", () =>
    expectPlotsInWords(opened, pages.busy, 5));
});
