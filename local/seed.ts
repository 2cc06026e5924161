import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import { archiveObjects } from "./data/archive.ts";
import { type ClaimRow, claims, csvObjects } from "./data/claims.ts";
import { conversationObjects, conversations } from "./data/conversations.ts";
import { features } from "./data/features.ts";
import { medicalReports } from "./data/medical.ts";
import { csv, type DataObject, grouped } from "./data/objects.ts";
import type { LocalJson } from "./local-json.ts";
import type { Admin } from "./start.ts";

/** One seed, so that everybody sees the same company. */
const SEED = 20_260_401;
const BATCH = 25; // DynamoDB's limit for one BatchWriteItem

// Small things next to what the demo asks for, so that "next door" is somewhere.
const NEIGHBOURS: Record<string, DataObject[]> = {
  training: [
    {
      key: "manifests/2026-03-28.json",
      body: '{"run":"2026-03-28","objects":17}\n',
      contentType: "application/json",
    },
  ],
  staging: [
    {
      key: "corpus/handbook.md",
      body: "# Handbook\n\nHow claims are handled.\n",
      contentType: "text/markdown",
    },
    {
      key: "eval/answers.jsonl",
      body: '{"question":"q1","answer":"a1"}\n',
      contentType: "application/x-ndjson",
    },
  ],
  production: [
    {
      key: "docs/household.md",
      body: "# Household policy\n\nWhat is covered.\n",
      contentType: "text/markdown",
    },
    {
      key: "models/support-7b/card.json",
      body: '{"model":"support-7b","released":"2026-03-30"}\n',
      contentType: "application/json",
    },
  ],
};

/** How many claims of each type were reported, a file a month: what Athena counts. */
function monthly(rows: readonly ClaimRow[]): DataObject[] {
  return grouped(rows, ({ reported_date }) => reported_date.slice(0, 7)).map(([month, reported]) => ({
    key: `claims_by_month/month=${month}/counts.csv`,
    body: csv(
      grouped(reported, ({ claim_type }) => claim_type).map(([type, all]) => [type, String(all.length)]),
    ),
    contentType: "text/csv",
  }));
}

/** Each claim with who made it, a file a month: what Athena reads for masked rows. */
function detailed(rows: readonly ClaimRow[]): DataObject[] {
  return grouped(rows, ({ reported_date }) => reported_date.slice(0, 7)).map(([month, reported]) => ({
    key: `claims_detail/month=${month}/claims.tsv`,
    body: reported.map((row) => `${detailColumns.map((column) => row[column]).join("\t")}\n`).join(""),
    contentType: "text/tab-separated-values",
  }));
}
const detailColumns = ["claim_id", "full_name", "email", "country", "claim_type", "amount"] as const;

function objectsOf(environment: string): DataObject<string | Uint8Array>[] {
  if (environment === "warehouse") return [...monthly(claims(SEED)), ...detailed(claims(SEED))];
  const neighbours = NEIGHBOURS[environment] ?? [];
  if (environment === "training") return [...conversationObjects(conversations(SEED)), ...neighbours];
  if (environment !== "production") return neighbours;
  const inClaims = csvObjects(claims(SEED)).map((object) => ({ ...object, key: `claims/${object.key}` }));
  const inMedical = medicalReports(SEED).map((object) => ({ ...object, key: `medical/${object.key}` }));
  const inArchive = archiveObjects(SEED).map((object) => ({ ...object, key: `archive/${object.key}` }));
  return [...inClaims, ...inArchive, ...inMedical, ...neighbours];
}

async function seedBuckets(local: LocalJson, admin: Admin): Promise<void> {
  const s3 = new S3Client({ ...admin, forcePathStyle: true });
  for (const environment of ["training", "staging", "production", "warehouse"]) {
    const Bucket = `latchkey-example-${environment}-${local.accountId}`;
    const put = ({ key, body, contentType }: DataObject<string | Uint8Array>) =>
      s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType }));
    await Promise.all(objectsOf(environment).map(put));
  }
  s3.destroy();
}

async function fillTable(dynamodb: DynamoDBClient, table: string, items: readonly object[]): Promise<void> {
  for (let from = 0; from < items.length; from += BATCH) {
    let requests = items.slice(from, from + BATCH).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    while (requests.length > 0) {
      const answer = await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
      requests = (answer.UnprocessedItems?.[table] ?? []) as typeof requests;
    }
  }
}

async function seedTables(admin: Admin): Promise<void> {
  const dynamodb = new DynamoDBClient(admin);
  const customers = claims(SEED)
    .slice(0, 100)
    .map((row) => ({ id: row.customer_id, name: row.full_name, email: row.email, country: row.country }));
  await fillTable(dynamodb, "latchkey-example-features", features(SEED));
  await fillTable(dynamodb, "latchkey-example-prompts", [
    { id: "triage", version: 3, text: "Sort the message by intent." },
  ]);
  await fillTable(dynamodb, "latchkey-example-finetuning", [
    { run: "run-1", learningRate: "1e-5", epochs: 3, seed: 7 },
    { run: "run-2", learningRate: "2e-5", epochs: 2, seed: 7 },
  ]);
  await fillTable(dynamodb, "latchkey-example-customers", [
    ...new Map(customers.map((each) => [each.id, each])).values(),
  ]);
  dynamodb.destroy();
}

/** Puts the example company's data in place: the same bytes each time, so that it may be repeated. */
export async function seed(local: LocalJson, admin: Admin): Promise<void> {
  await Promise.all([seedBuckets(local, admin), seedTables(admin)]);
}
