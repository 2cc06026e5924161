// Scene 1, as a process of its own: routine work that nobody has to approve.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { instancePaths } from "../paths.ts";
import { runTool } from "../progress.ts";
import { demoAgent, keysUnder, s3With, textOf } from "./agent.ts";
import { OVER, openReport, REFUSED } from "./report.ts";

const WINDOW_SECONDS = 60;

await runTool(async () => {
  const agent = demoAgent("finetune-pipeline");
  const report = openReport();
  const bucket = `latchkey-example-training-${agent.local.accountId}`;

  const asked = await report.does(
    (grant) =>
      `asked to read support-conversations for ${WINDOW_SECONDS} s: ${grant.status}, grant ${grant.id}`,
    () =>
      agent.ask({
        resource: "support-conversations",
        access: "read",
        windowSeconds: WINDOW_SECONDS,
        purpose: "nightly fine-tuning of support-7b",
        task: "finetune-2026-04",
        model: "support-7b",
      }),
  );
  process.send?.({ grant: asked.id });
  report.note(asked.decision.rules.map((rule) => `rule ${rule.id}: ${rule.reason}`).join("; "));
  const credentials = await report.does("collected credentials, without a person", () =>
    agent.collect(asked.id),
  );
  const s3 = s3With(agent.local, credentials);

  const keys = await report.does(
    (found: string[]) => `listed ${found.length} objects under ${bucket}/support/`,
    () => keysUnder(s3, bucket, "support/"),
  );
  const files = await report.does(
    (read: { conversations: number }[]) =>
      `read every object: ${read.reduce((sum, file) => sum + file.conversations, 0)} conversations`,
    () =>
      Promise.all(
        keys.map(async (key) => {
          const text = await textOf(s3, bucket, key);
          const sha256 = createHash("sha256").update(text).digest("hex");
          return { key, sha256, conversations: text.split("\n").filter(Boolean).length };
        }),
      ),
  );
  const folder = join(instancePaths().home, "demo");
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, `${JSON.stringify({ grant: asked.id, model: "support-7b", files }, null, 2)}\n`);
  report.note(`training manifest written: ${relative(process.cwd(), manifest)}`);

  await report.isRefused("tried the folder next door (manifests/)", REFUSED, () =>
    textOf(s3, bucket, "manifests/2026-03-28.json"),
  );
  await report.isRefused("tried production's claims", REFUSED, () =>
    keysUnder(s3, `latchkey-example-production-${agent.local.accountId}`, "claims/"),
  );
  const { endpoint, region } = agent.local;
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  await report.isRefused("tried the feature table", REFUSED, () =>
    dynamodb.send(new ScanCommand({ TableName: "latchkey-example-features", Limit: 1 })),
  );

  const active = await agent.look(asked.id);
  const endsAt = new Date(active.window.endsAt ?? credentials.expiration).getTime();
  report.note(`goes on working until the window ends at ${new Date(endsAt).toISOString().slice(11, 19)}`);
  let reads = 0;
  while (Date.now() < endsAt - 1_500) {
    await textOf(s3, bucket, keys[reads % keys.length] ?? "");
    reads += 1;
    await sleep(1_000);
  }
  report.note(`${reads} more reads, all allowed`);
  await sleep(Math.max(0, endsAt - Date.now()));
  await report.isRefused("tried the same object with the same credentials after the end", OVER, () =>
    textOf(s3, bucket, keys[0] ?? ""),
  );
});
