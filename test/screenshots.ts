// Makes the pictures of the pages in docs/images, from their own functions: `npm run screenshots`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { reportPage } from "../client/audit/report/page.ts";
import { approvalInsightsPage } from "../client/learn/approvals/page.ts";
import { replayPage } from "../client/learn/replay/page.ts";
import { reviewPage } from "../client/learn/review/page.ts";
import { usagePage } from "../client/learn/usage/page/page.ts";
import { approvalPage } from "../functions/approval-page/page/approval.ts";
import { outcomePage } from "../functions/approval-page/page/outcome.ts";
import { approvalExamples, PERIOD } from "./browser/approvals-example.ts";
import { openBrowser } from "./browser/chromium.ts";
import { replayExample } from "./browser/replay-example.ts";
import { busy, MADE_AT, month } from "./browser/report-example.ts";
import { MADE_AT as USAGE_MADE_AT, usageExamples } from "./browser/usage-example.ts";
import { odd, ordinary, reviewFor } from "./client/learn/review/example.ts";
import { actionView, signedView, view } from "./functions/approval-page/page-example.ts";
import { smallPng } from "./small-png.ts";

const outcome = outcomePage({
  ...view,
  outcome: "you_approved",
  status: "PENDING",
  stages: view.stages.map((stage) => ({
    ...stage,
    current: false,
    ...(stage.stage === 1
      ? {
          status: "approved" as const,
          decided: [...stage.decided, { name: "Priya Raman", at: "2026-11-21T09:20:05.000Z" }],
          decideBy: undefined,
        }
      : { status: "open" as const, decideBy: "2026-11-22T09:20:05Z" }),
  })),
});

/** `height`: only the top of a long page. */
type Shot = { name: string; html: string; width: number; height?: number; dark?: true };
const report = reportPage(busy, month, MADE_AT);
const usage = usagePage(usageExamples.busy, USAGE_MADE_AT).replace("<details>", "<details open>");
const review = reviewPage(await reviewFor([...ordinary, ...odd]));
const shots: Shot[] = [
  { name: "approval-light", html: approvalPage(view), width: 780 },
  { name: "approval-dark", html: approvalPage(view), width: 780, dark: true },
  { name: "approval-narrow", html: approvalPage(view), width: 320 },
  { name: "action", html: approvalPage(actionView), width: 780 },
  { name: "outcome", html: outcome, width: 780 },
  { name: "signed-only", html: approvalPage(signedView), width: 780 },
  { name: "report-light", html: report, width: 1000, height: 2300 },
  { name: "report-dark", html: report, width: 1000, height: 1500, dark: true },
  { name: "usage-light", html: usage, width: 1000, height: 2100 },
  { name: "usage-dark", html: usage, width: 1000, height: 1500, dark: true },
  { name: "replay", html: replayPage(replayExample, MADE_AT), width: 1000, height: 2100 },
  {
    name: "approvals",
    html: approvalInsightsPage(approvalExamples.busy, PERIOD, MADE_AT),
    ...{ width: 1000, height: 1900 },
  },
  { name: "access-review", html: review, width: 1000, height: 1900 },
];

const browser = await openBrowser();
try {
  for (const { name, html, width, height, dark } of shots) {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width, height: height ?? 600 },
      colorScheme: dark ? "dark" : "light",
    });
    const page = await context.newPage();
    await page.setContent(html);
    const path = fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url));
    writeFileSync(path, smallPng(await page.screenshot({ fullPage: height === undefined })));
    await context.close();
  }
} finally {
  await browser.close();
}
