import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { checkChain } from "../../functions/core/audit/chain.ts";
import { renderQuery } from "../../functions/core/audit/named-queries.ts";
import { athena, type QueryRow } from "../../local/athena.ts";
import {
  admin,
  as,
  ask,
  collect,
  eventuallyInRecord,
  invitation,
  local,
  look,
  pause,
  submitForm,
  type View,
} from "./world.ts";

const query = (name: string, values: Record<string, string>) =>
  athena(local(), "colin", renderQuery(name, values));

/**
 * The events that the API shows of a grant. A red flag is not told to who is watched: that these tests approve sooner than
 * anybody reads raises one.
 */
async function timelineInAthena(grant: string, atLeast: number): Promise<QueryRow[]> {
  return eventuallyInRecord(`the events of ${grant} in Athena`, async () => {
    const all = await query("grant-timeline", { grant });
    const rows = all.filter(({ event_type = "" }) => !event_type.startsWith("flag."));
    return rows.length >= atLeast && rows;
  });
}

describe("the record", () => {
  const since = new Date(Date.now() - 1_000).toISOString();
  let routine: View;
  let approved: View;
  beforeAll(async () => {
    const { id } = await ask("eval-runner", {
      resource: "eval-sets",
      access: "read",
      windowSeconds: 120,
      purpose: "=cmd|' /C calc'!A0 \"; drop table",
      ticket: "EVAL-1",
    });
    await collect("eval-runner", id);
    routine = await look("eval-runner", id);
    const asked = await ask("support-assistant", {
      resource: "claims",
      access: "read",
      windowSeconds: 120,
      purpose: "e2e record",
    });
    const { link, code } = await invitation(asked.id, "tomas.herrera@northwind.example");
    await submitForm(link, { decision: "approve", code });
    await collect("support-assistant", asked.id);
    approved = await look("support-assistant", asked.id);
  });

  test("has every event of a grant that the API shows, once, in order", async () => {
    for (const grant of [routine, approved]) {
      const truth = (grant.timeline ?? []).map(({ type, by }) => `${type} by ${by}`);
      const rows = await timelineInAthena(grant.id, truth.length);
      expect(rows.map((row) => `${row.event_type} by ${row.actor_id}`).sort()).toEqual(truth.sort());
      expect(new Set(rows.map((row) => row.event_id)).size).toBe(rows.length);
    }
  });

  test("I-48 a grant's chain in the record has no gap and every hash fits; I-53 hostile text is one row, exact in its body, harmless in its column", async () => {
    const rows = await athena(
      local(),
      "colin",
      `SELECT DISTINCT sequence, body, hash, purpose FROM ${local().athenaDatabase}.events WHERE grant_id = '${routine.id}' AND sequence IS NOT NULL ORDER BY sequence`,
    );
    expect(rows.length).toBe(3);
    expect(
      checkChain(
        routine.id,
        rows.map((row) => ({ body: row.body ?? "", hash: row.hash ?? "" })),
      ),
    ).toBeUndefined();
    const hostile = "=cmd|' /C calc'!A0 \"; drop table";
    expect(new Set(rows.map((row) => row.purpose))).toEqual(new Set([`'${hostile}`]));
    for (const { body } of rows) expect(JSON.parse(body ?? "").facts.purpose).toBe(hostile);
  });

  test("I-55 says who had access to a resource at a time, who approved, and nobody before or after", async () => {
    await timelineInAthena(approved.id, approved.timeline?.length ?? 0);
    const { startsAt = "", endsAt = "" } = approved.window;
    const at = (ms: number, from: string) =>
      query("who-had-access", { resource: "claims", at: new Date(Date.parse(from) + ms).toISOString() });
    const mine = (rows: QueryRow[]) => rows.filter((row) => row.grant_id === approved.id);
    expect(mine(await at(30_000, startsAt))).toMatchObject([
      { agent_id: "support-assistant", approvers: "tomas" },
    ]);
    expect(mine(await at(-1_000, startsAt))).toEqual([]);
    expect(mine(await at(0, endsAt))).toEqual([]);
  });

  test("I-59 has refusals by agent: a plain no, a wrong call, and a flood as one line more", async () => {
    await as("rag-indexer")("POST", "/grants", {
      resource: "claims",
      access: "read",
      windowSeconds: 60,
      purpose: "e2e",
    });
    for (let times = 0; times < 12; times += 1)
      await as("rag-indexer")("POST", "/grants", {
        resource: "none",
        access: "read",
        windowSeconds: 60,
        purpose: "e2e",
      });
    const rows = await eventuallyInRecord(
      "the refusals",
      async () => {
        const found = await query("refusals-by-agent", {
          from: since,
          to: new Date(Date.now() + 60_000).toISOString(),
        });
        const own = found.filter((row) => row.agent_id === "rag-indexer");
        const invalid = own
          .filter((row) => row.code === "invalid_request")
          .reduce((sum, row) => sum + Number(row.refusals), 0);
        return own.some((row) => row.code === "policy_denied") && invalid >= 12 && own;
      },
      150_000,
    );
    expect(rows.find((row) => row.code === "policy_denied")?.rules).toBe("environments-do-not-cross");
  }, 180_000);

  test("tells what a rule on trial would have asked: by rule and agent, and to compliance, not to the agent", async () => {
    const { id } = await ask("finetune-pipeline", {
      resource: "training-manifests",
      access: "read",
      windowSeconds: 3_600,
      purpose: "e2e on trial",
    });
    const [own, compliance] = [await look("finetune-pipeline", id), await look("colin", id)];
    await as("finetune-pipeline")("POST", `/grants/${id}/release`);
    expect(own.decision).toMatchObject({ outcome: "allow", rules: [{ id: "read-internal-for-longer" }] });
    expect(own.decision).not.toHaveProperty("shadow");
    expect(compliance.decision).toMatchObject({
      shadow: {
        notes: [{ id: "long-reads-need-ml-platform", would: "ask", group: "ml-platform" }],
        outcome: "needs_approval",
      },
    });
    const [row] = await eventuallyInRecord("the rule on trial", async () => {
      const to = new Date(Date.now() + 60_000).toISOString();
      const rows = await query("shadow-decisions", { from: since, to });
      const mine = rows.filter(({ agent_id }) => agent_id === "finetune-pipeline");
      return mine.length > 0 && mine;
    });
    expect(row).toMatchObject({ rule: "long-reads-need-ml-platform", would_deny: "0", errors: "0" });
    expect(Number(row?.would_ask)).toBeGreaterThanOrEqual(1);
  });

  test("lies in S3 under the event's day, in objects named by ids and content, which only the exporter could write", async () => {
    const s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: local().auditBucket, Prefix: "events/" }),
    );
    expect(Contents.length).toBeGreaterThan(0);
    for (const { Key = "" } of Contents) {
      expect(Key).toMatch(/^events\/dt=\d{4}-\d{2}-\d{2}\/[a-z0-9-]+-[a-z0-9-]+-[0-9a-f]{64}\.parquet$/);
    }
    const object = await s3.send(
      new GetObjectCommand({ Bucket: local().auditBucket, Key: Contents[0]?.Key ?? "" }),
    );
    const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
    expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe("PAR1");
    await pause(0);
  });
});
