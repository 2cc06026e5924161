// Scene 2, as a process of its own: personal data, which people have to allow.
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../progress.ts";
import { demoAgent, keysUnder, s3With, textOf } from "./agent.ts";
import { OVER, openReport, REFUSED } from "./report.ts";

await runTool(async () => {
  const agent = demoAgent("support-assistant");
  const report = openReport();
  const bucket = `latchkey-example-production-${agent.local.accountId}`;

  const asked = await report.does(
    (grant) => `asked to read this year's claims for 10 min: ${grant.status}, grant ${grant.id}`,
    () =>
      agent.ask({
        resource: "claims",
        access: "read",
        scope: { prefix: "2026/" },
        windowSeconds: 600,
        purpose: "answer a customer about the state of her water damage claim",
        ticket: "CARE-4711",
        onBehalfOf: "customer-service",
      }),
  );
  process.send?.({ grant: asked.id });
  report.note(asked.decision.rules.map((rule) => `rule ${rule.id}: ${rule.reason}`).join("; "));

  const decided = await report.does(
    (grant) =>
      `people decided: ${grant.status}, by ${grant.decision.plan.flatMap((stage) => stage.approved.map((one) => one.person)).join(", ")}`,
    async () => {
      let grant = await agent.look(asked.id);
      for (let tries = 0; grant.status === "PENDING" && tries < 120; tries += 1) {
        await sleep(500);
        grant = await agent.look(asked.id);
      }
      if (!["APPROVED", "ACTIVATING", "ACTIVE"].includes(grant.status))
        throw new Error(`the grant is ${grant.status}`);
      return grant;
    },
  );
  const credentials = await report.does("collected credentials", () => agent.collect(decided.id));
  const s3 = s3With(agent.local, credentials);
  const rows = await report.does(
    (found: number) => `read this year's claims: ${found} rows`,
    async () => {
      const keys = await keysUnder(s3, bucket, "claims/2026/");
      const texts = await Promise.all(keys.map((key) => textOf(s3, bucket, key)));
      return texts.reduce((sum, text) => sum + (text.match(/^CL-\d/gm)?.length ?? 0), 0);
    },
  );
  if (rows === 0) throw new Error("no claims were read");
  await report.isRefused("tried last year's claims", REFUSED, () =>
    textOf(s3, bucket, "claims/2025/q4/claims.csv"),
  );

  await report.does(
    (grant: { status: string }) => `done early, released: ${grant.status}`,
    async () => {
      await agent.release(asked.id);
      let grant = await agent.look(asked.id, 5);
      for (let tries = 0; grant.status === "REVOKING" && tries < 10; tries += 1)
        grant = await agent.look(asked.id, 5);
      if (grant.status !== "REVOKED") throw new Error(`the grant is ${grant.status}`);
      return grant;
    },
  );
  await report.isRefused("tried again with the released credentials", OVER, () =>
    keysUnder(s3, bucket, "claims/2026/"),
  );
});
