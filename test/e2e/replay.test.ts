import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { eventsTable } from "../../functions/core/audit/columns.ts";
import { athena } from "../../local/athena.ts";
import { projectRoot } from "../../local/paths.ts";
import { buildLatchkey, cli, here, start } from "./latchkey.ts";
import { admin, ask, eventuallyInRecord, local } from "./world.ts";

const copy = mkdtempSync(join(tmpdir(), "latchkey-replay-"));
afterAll(() => rmSync(copy, { recursive: true }));

type Report = { asks: number; otherwise: number; undecidable: number; examples: unknown[]; open: unknown[] };
const ASKED = ["--policy", join(projectRoot, "policy"), "--since", "2d", "--json"];

/** Replays the record as the command does that people have: by workers, from its bundle. */
async function replayed(...events: string[]): Promise<Report> {
  const { out, err } = await start(process.execPath, [cli, "policy", "replay", ...ASKED, ...events]).ended;
  if (out === "") throw new Error(err);
  return JSON.parse(out) as Report;
}

/** The events of the bucket in a folder, as `aws s3 sync` copies them. */
async function download(): Promise<void> {
  const s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
  const Bucket = local().auditBucket;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: "events/" }))
    for (const { Key = "" } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      mkdirSync(dirname(join(copy, Key)), { recursive: true });
      writeFileSync(join(copy, Key), Buffer.from((await Body?.transformToByteArray()) ?? []));
    }
}

test("everything that was asked for here would be decided alike by the policy that is deployed", async () => {
  await buildLatchkey();
  const { id } = await ask("eval-runner", {
    resource: "eval-sets",
    access: "read",
    windowSeconds: 60,
    purpose: "to be decided again",
  });
  const asks = `SELECT event_id FROM ${eventsTable.qualified} WHERE grant_id = '${id}'`;
  await eventuallyInRecord(`${id} on record`, async () => (await athena(local(), "colin", asks)).length > 0);
  await download();
  const report = await replayed("--events", copy);
  const { otherwise, undecidable, examples, open } = report;
  expect({ otherwise, undecidable, examples, open }).toEqual({
    ...{ otherwise: 0, undecidable: 0, examples: [], open: [] },
  });
  expect(report.asks).toBeGreaterThan(0);
  // The same, asked of Athena: by whom may read the record, and nothing but answers of a query.
  const asked = await replayed("--events", "athena", ...here("colin"));
  expect(asked).toMatchObject({ otherwise: 0, undecidable: 0 });
  expect(asked.asks).toBeGreaterThanOrEqual(report.asks);
});
