import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether tests in a browser can run here. In CI a browser is installed, so there they must. */
export const browserThere = existsSync(CHROMIUM);
if (!browserThere && process.env.CI) throw new Error(`there is no Chromium at ${CHROMIUM}`);

/** For the title of a suite that is skipped where no browser is: it says so. */
export const skippedWithout = browserThere ? "" : ` (skipped: there is no Chromium at ${CHROMIUM})`;

/** A browser that calls nobody by itself. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      "--disable-lcd-text",
    ],
  });

/** A4 within the margins that Chromium leaves, in CSS pixels: whatever is wider is printed smaller, or cut off. */
export const PAPER = { width: 718, height: 1000 };
