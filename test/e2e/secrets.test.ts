import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMailbox } from "../../local/mailbox.ts";
import { readNotices } from "../../local/notices.ts";
import { everythingKept, type Kept } from "../secrets/kept.ts";
import { type Found, type Secret, scanner } from "../secrets/scan.ts";
import { newHourOfMails } from "./mails.ts";
import { answers, remember, remembered } from "./remembered.ts";
import {
  admin,
  as,
  ask,
  collect,
  eventually,
  inState,
  invitation,
  invitationIn,
  local,
  submitForm,
} from "./world.ts";

const tokenOf = (link: string) => link.split("/").at(-1) ?? "";
const plainCode = (code: string) => code.replace("-", "");

/** Every mail without the link and the code that it is there to carry: those may be in it, and in no other. */
async function mails(): Promise<Kept[]> {
  return (await readMailbox(local().endpoint)).map((mail) => {
    const { link, code } = invitationIn(mail);
    const own = [tokenOf(link), code, plainCode(code)].filter((each) => each !== "");
    const content = own.reduce((text, each) => text.replaceAll(each, "(its own)"), JSON.stringify(mail));
    return { place: `mail to ${mail.to.join(", ")}`, content };
  });
}

async function everything(): Promise<Kept[]> {
  const kept: Kept[] = [];
  for await (const each of everythingKept(await admin(), local())) kept.push(each);
  kept.push(...(await mails()), ...answers().map((content) => ({ place: "answer of the API", content })));
  const notices = await readNotices(local().noticesUrl);
  return [...kept, { place: "notices to Slack", content: JSON.stringify(notices) }];
}

/** What may be used to tell the workflow how people decided; at home in its own item, and with AWS. */
const taskTokens = (kept: readonly Kept[]): Secret[] =>
  kept.flatMap(({ place, content }) => {
    if (!place.startsWith("item stage ")) return [];
    const { taskToken } = JSON.parse(`${content}`) as { taskToken?: { S?: string } };
    return taskToken?.S ? [{ name: "task token", value: taskToken.S }] : [];
  });
const isAtHome = ({ secret, place }: Found): boolean =>
  secret === "task token" && /^(item stage |stream record of stage$|history |execution )/.test(place);

const identityKeys = (): Secret[] =>
  Object.entries(local().identities).map(([id, { secretAccessKey }]) => ({
    name: `secret key of ${id}`,
    value: secretAccessKey,
  }));

/** Something of nobody's, put wherever a deployment keeps something, in another form in each place. */
async function plant() {
  const config = await admin();
  const secret = { name: "planted", value: randomBytes(30).toString("base64") };
  const packed = gzipSync(JSON.stringify({ key: secret.value }));
  const name = `planted-${randomBytes(4).toString("hex")}`;
  const logs = new CloudWatchLogsClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sqs = new SQSClient(config);
  const table = new DynamoDBClient(config);
  const Key = { pk: { S: name }, sk: { S: name } };
  await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: name, logStreamName: name }));
  const message = `{"note":"${packed.toString("base64url")}"}`;
  await logs.send(
    new PutLogEventsCommand({
      logGroupName: name,
      logStreamName: name,
      logEvents: [{ timestamp: Date.now(), message }],
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(
    new PutObjectCommand({ Bucket: name, Key: "x", Body: Buffer.concat([randomBytes(100), packed]) }),
  );
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: encodeURIComponent(encodeURIComponent(`=${secret.value}=`)),
    }),
  );
  await table.send(
    new PutItemCommand({
      TableName: local().tableName,
      Item: { ...Key, entity: { S: "planted" }, note: { S: Buffer.from(secret.value).toString("hex") } },
    }),
  );
  const remove = async () => {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
    await s3.send(new DeleteObjectCommand({ Bucket: name, Key: "x" }));
    await s3.send(new DeleteBucketCommand({ Bucket: name }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await table.send(new DeleteItemCommand({ TableName: local().tableName, Key }));
  };
  return { secret, name, remove };
}

describe("what is kept, anywhere, after everything that was tested", () => {
  let id: string;
  let kept: Kept[];
  let planted: Awaited<ReturnType<typeof plant>>;
  let known: Secret[];
  let tokens: Secret[];
  let found: Found[];

  beforeAll(async () => {
    await newHourOfMails();
    const asked = await ask("support-assistant", {
      resource: "claims",
      access: "read",
      windowSeconds: 60,
      purpose: "e2e secrets",
    });
    id = asked.id;
    const { link, code } = await invitation(id, "priya.raman@northwind.example");
    await submitForm(link, { decision: "approve", code });
    await inState("support-assistant", id, "ACTIVE");
    await collect("support-assistant", id);
    expect((await as("finetune-pipeline")("POST", `/grants/${id}/credentials`)).status).toBe(404);
    planted = await plant();
    kept = await everything();

    for (const mail of await readMailbox(local().endpoint)) {
      const invited = invitationIn(mail);
      if (invited.link) remember({ name: "link token", value: tokenOf(invited.link) });
      if (invited.code)
        remember({ name: "code", value: plainCode(invited.code) }, { name: "code", value: invited.code });
    }
    known = remembered();
    tokens = taskTokens(kept);
    // For all of them in one pass: that is what takes a minute.
    const search = scanner([...known, ...tokens, ...identityKeys(), planted.secret]);
    found = kept.flatMap(({ place, content }) => search(content, place));
  }, 300_000);

  afterAll(async () => {
    // A server that was just asked for everything it has may be slow to say that it is well.
    await eventually("the local AWS", () => admin().catch(() => undefined));
    await planted?.remove();
  });

  test("I-09 I-52 holds no secret in any form (A-32)", () => {
    for (const name of [`secret key of ${id}`, `session token of ${id}`, "link token", "code"])
      expect(known.map((secret) => secret.name)).toContain(name);
    expect(tokens.length).toBeGreaterThan(0);
    for (const place of [
      "log /aws/lambda/",
      "item grant ",
      "item sealed ",
      "item event ",
      "stream record of event",
      "execution ",
      "history ",
      "object s3://",
      "rows of object",
      "mail to ",
      "answer of the API",
    ])
      expect(kept.filter((each) => each.place.startsWith(place)).length, place).toBeGreaterThan(0);

    expect(found.filter((each) => each.secret !== "planted" && !isAtHome(each))).toEqual([]);
  });

  test("I-09 gives away what is planted, wherever a deployment keeps something", () => {
    const { name } = planted;
    const places = found
      .filter(({ secret }) => secret === "planted")
      .map(({ place, form }) => `${place}: ${form}`);
    expect(places).toContain(`log ${name}: base64, gzip`);
    expect(places).toContain(`object s3://${name}/x: gzip`);
    expect(places).toContain(`message in ${name}: URL-encoded, URL-encoded`);
    expect(places).toContain(`item planted ${name} ${name}: hex`);
    expect(places).toContain("stream record of planted: hex");
  });
});
