// Scene 6, as a process of its own: the shape of the data at once, with tokens for what is personal; the raw data after two people.
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../progress.ts";
import { demoAgent, keysUnder, s3With, textOf } from "./agent.ts";
import { openReport } from "./report.ts";

const COLUMNS = ["full_name", "email", "claim_type", "amount", "incident_date"];
const ASK = { resource: "claims", access: "read", windowSeconds: 300, scope: { prefix: "2026/" } };

await runTool(async () => {
  const agent = demoAgent("analytics-copilot");
  const report = openReport();
  const masked = await report.does(
    (grant) => `asked for masked claims: ${grant.decision.outcome}, no person needed`,
    () => agent.ask({ ...ASK, masked: true, purpose: "which claims grew since January" }),
  );
  const { rows } = await report.does(
    (page) => `read ${page.rows.length} masked rows (${page.masked} values masked):`,
    async () => {
      for (let tries = 0; tries < 40; tries += 1) {
        const page = await agent.read(masked.id, { columns: COLUMNS, limit: 20 });
        if (page) return page;
        await sleep(250);
      }
      throw new Error("no rows were read");
    },
  );
  for (const row of rows.slice(0, 3)) report.note(COLUMNS.map((name) => String(row[name])).join("  "));
  await report.isRefused("tried to collect credentials with it", ["masked_only"], () =>
    agent.collect(masked.id),
  );
  await report.does(
    (grant) => `released: ${grant.status}, and the tokens' key is gone`,
    () => agent.release(masked.id),
  );

  const raw = await report.does(
    (grant) =>
      `asked for the same claims raw: ${grant.status}, needs ${grant.decision.plan.map(({ group, quorum }) => `${quorum} of ${group}`).join(" and ")}`,
    () => agent.ask({ ...ASK, purpose: "two of the claimants must be called back" }),
  );
  process.send?.({ grant: raw.id });
  const credentials = await report.does(
    () => "two people approved; collected credentials to the raw claims",
    async () => {
      let grant = await agent.look(raw.id);
      for (let tries = 0; grant.status === "PENDING" && tries < 240; tries += 1) {
        await sleep(500);
        grant = await agent.look(raw.id);
      }
      return agent.collect(raw.id);
    },
  );
  const bucket = `latchkey-example-production-${agent.local.accountId}`;
  const found = await report.does(
    (text: string) => `read a raw file: ${text.split("\n").length - 2} claims`,
    async () => {
      const s3 = s3With(agent.local, credentials);
      const [key = ""] = await keysUnder(s3, bucket, "claims/2026/");
      return textOf(s3, bucket, key);
    },
  );
  const tokens = rows.map((row) => String(row.email));
  if (tokens.some((token) => found.includes(token))) throw new Error("what was masked was raw");
  await agent.release(raw.id);
});
