// Scene 3, as a process of its own: health data. Two groups have to agree, three people in all.
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../progress.ts";
import { demoAgent, keysUnder, s3With, textOf } from "./agent.ts";
import { openReport } from "./report.ts";

const ASK = {
  resource: "medical-reports",
  access: "read",
  windowSeconds: 300,
  purpose: "find which reports a claim about a knee injury still lacks",
  ticket: "CARE-4712",
  onBehalfOf: "claims-desk",
  model: "support-7b@2026-03-30",
};

await runTool(async () => {
  const agent = demoAgent("support-assistant");
  const report = openReport();
  const bucket = `latchkey-example-production-${agent.local.accountId}`;

  await report.does(
    ({ decision }) =>
      `asked what it would take: ${decision.plan.map(({ quorum, group }) => `${quorum} of ${group}`).join(", then ")}; risk ${decision.risk?.score} (${decision.risk?.band})`,
    () => agent.ask({ ...ASK, dryRun: true }),
  );
  const asked = await report.does(
    (grant) => `asked to read medical reports for 5 min: ${grant.status}, grant ${grant.id}`,
    () => agent.ask(ASK),
  );
  process.send?.({ grant: asked.id });
  const factors = asked.decision.risk?.factors ?? [];
  report.note(`risk: ${factors.map(({ name, points }) => `${name} +${points}`).join(", ")}`);

  await report.does(
    (grant) =>
      `${grant.decision.plan.map(({ group, approved }) => `${group}: ${approved.map(({ person }) => person).join(" and ")}`).join("; ")}: ${grant.status}`,
    async () => {
      let grant = await agent.look(asked.id);
      for (let tries = 0; grant.status === "PENDING" && tries < 240; tries += 1) {
        await sleep(500);
        grant = await agent.look(asked.id);
      }
      if (!["APPROVED", "ACTIVATING", "ACTIVE"].includes(grant.status))
        throw new Error(`the grant is ${grant.status}`);
      return grant;
    },
  );
  const s3 = s3With(agent.local, await report.does("collected credentials", () => agent.collect(asked.id)));
  const read = await report.does(
    (found: number) => `read the medical reports: ${found} objects`,
    async () => {
      const keys = await keysUnder(s3, bucket, "medical/");
      await Promise.all(keys.map((key) => textOf(s3, bucket, key)));
      return keys.length;
    },
  );
  if (read === 0) throw new Error("no report was read");
  await report.does(
    (grant: { status: string }) => `done early, released: ${grant.status}`,
    () => agent.release(asked.id),
  );
});
