import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instancePaths } from "../../local/paths.ts";
import { browserThere, openBrowser, skippedWithout } from "../browser/chromium.ts";
import { as, ask, invitation, look } from "./world.ts";

const claims = () =>
  ask("support-assistant", {
    resource: "claims",
    access: "read",
    scope: { prefix: "2026/" },
    windowSeconds: 600,
    ticket: "CARE-4711",
    purpose: "<b>approved by security</b> answer a customer about her claim",
  });

describe.skipIf(!browserThere)(`the approval page in a browser${skippedWithout}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test("works on a phone without JavaScript: read, wrong code, approve, and the same link shows the outcome", async () => {
    const grant = await claims();
    const { link, code } = await invitation(grant.id, "priya.raman@northwind.example");
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
    });
    const page = await context.newPage();
    const requested: string[] = [];
    page.on("request", (request) => requested.push(request.url()));

    await page.goto(link);
    expect(await page.locator("h1").innerText()).toContain(
      "Support assistant asks to read claims for 10 minutes",
    );
    expect(await page.locator("body").innerText()).toContain("claims/2026/");
    // The agent's words are text, not markup.
    expect(await page.locator("body").innerText()).toContain("<b>approved by security</b>");
    expect(await page.evaluate("document.documentElement.scrollWidth <= 320")).toBe(true);
    expect(await page.locator("input[type=radio]:checked").count()).toBe(0);
    const shots = join(instancePaths().home, "shots");
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, "approval-320.png"), fullPage: true });

    await page.locator("input[value=approve]").check();
    await page.locator("input[name=code]").fill("aaaa-aaaa");
    await page.locator("button[type=submit]").click();
    expect((await look("support-assistant", grant.id)).status).toBe("PENDING");
    await page.locator("input[value=approve]").check();
    await page.locator("input[name=code]").fill(code.toUpperCase());
    await page.locator("button[type=submit]").click();
    expect(await page.locator("h1").innerText()).toMatch(/approved/i);
    await page.goto(link);
    expect(await page.locator("h1").innerText()).toMatch(/approved/i);
    expect(["APPROVED", "ACTIVATING", "ACTIVE"]).toContain(
      (await look("support-assistant", grant.id)).status,
    );
    expect(requested.every((url) => url.startsWith(link))).toBe(true);
    await context.close();
    await as("support-assistant")("POST", `/grants/${grant.id}/release`);
  });

  test("a scanner that opens the link, runs scripts and submits every form decides nothing", async () => {
    const grant = await claims();
    const { link } = await invitation(grant.id, "tomas.herrera@northwind.example");
    const context = await browser.newContext();
    const page = await context.newPage();
    const refused: string[] = [];
    page.on("console", (message) => refused.push(message.text()));
    await page.goto(link);
    for (const value of ["approve", "reject"]) {
      const answered = page.waitForResponse((response) => response.request().method() === "POST");
      await page.evaluate(`(() => { const form = document.querySelector("form"); form.noValidate = true;
        for (const radio of form.querySelectorAll("input[type=radio]")) radio.checked = radio.value === "${value}"; form.submit(); })()`);
      expect((await answered).status()).toBe(400);
      // The answer's own page: its notice says that nothing was decided.
      await page.locator("[role=alert]").waitFor();
      await page.goto(link);
    }
    expect((await look("support-assistant", grant.id)).status).toBe("PENDING");
    expect(refused.filter((text) => text.includes("Content Security Policy"))).toEqual([]);
    await context.close();
    await as("support-assistant")("POST", `/grants/${grant.id}/release`);
  });
});
