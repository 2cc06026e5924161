import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { readMailbox } from "../../local/mailbox.ts";
import { admin, ask, collect, inState, invitation, local, submitForm } from "./world.ts";

/** Every form in which a secret might be hiding. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [
    secret,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(secret),
  ];
}

async function everythingKept(grant: string): Promise<Record<string, string>> {
  const config = await admin();
  const scanned = await new DynamoDBClient(config).send(new ScanCommand({ TableName: local().tableName }));
  const logs = new CloudWatchLogsClient(config);
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const lines = await Promise.all(
    logGroups.map(
      async ({ logGroupName = "" }) =>
        (await logs.send(new FilterLogEventsCommand({ logGroupName }))).events ?? [],
    ),
  );
  const executionArn = `${local().stateMachineArn.replace(":stateMachine:", ":execution:")}:${grant}`;
  const history = await new SFNClient(config).send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: local().auditBucket }));
  const objects = await Promise.all(
    Contents.map(async ({ Key = "" }) =>
      (await s3.send(new GetObjectCommand({ Bucket: local().auditBucket, Key }))).Body?.transformToString(
        "latin1",
      ),
    ),
  );
  return {
    table: JSON.stringify(scanned.Items),
    logs: JSON.stringify(lines),
    history: JSON.stringify(history.events),
    audit: objects.join("\n"),
    mails: JSON.stringify(await readMailbox(local().endpoint)),
  };
}

test("I-09 neither credentials nor an approver's link and code are kept in clear anywhere, but in the mail that carries them", async () => {
  const { id } = await ask("support-assistant", {
    resource: "claims",
    access: "read",
    windowSeconds: 60,
    purpose: "e2e secrets",
  });
  const { link, code } = await invitation(id, "priya.raman@northwind.example");
  await submitForm(link, { decision: "approve", code });
  const keys = await collect("support-assistant", id);
  await inState("support-assistant", id, "ACTIVE");
  const kept = await everythingKept(id);
  const token = link.split("/").at(-1) ?? "";
  const secrets = {
    secretKey: keys.SecretAccessKey,
    sessionToken: keys.SessionToken,
    linkToken: token,
    code: code.replace("-", ""),
  };

  for (const [place, content] of Object.entries(kept)) {
    for (const [name, secret] of Object.entries(secrets)) {
      if (place === "mails" && (name === "linkToken" || name === "code")) continue;
      for (const form of formsOf(secret))
        expect.soft(content.includes(form), `${name} in ${place}`).toBe(false);
    }
  }
  // The search itself finds what is planted: the grant's id is everywhere.
  for (const [place, content] of Object.entries(kept))
    expect.soft(content.includes(id), `the grant's id in ${place}`).toBe(true);
});
