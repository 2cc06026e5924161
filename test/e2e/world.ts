import { randomUUID } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { adminConfig } from "../../local/identities.ts";
import { type LocalJson, requireLocalJson } from "../../local/local-json.ts";
import { type Mail, readMailbox, waitForMail } from "../../local/mailbox.ts";
import { type ReceivedNotice, readNotices } from "../../local/notices.ts";
import { type InstancePaths, instancePaths } from "../../local/paths.ts";
import { readServer } from "../../local/server.ts";
import { type SignedCall, signedClient } from "../../local/signed-client.ts";
import { keepingAnswers, remember } from "./remembered.ts";

export type View = {
  id: string;
  status: string;
  purpose: string;
  window: { seconds: number; startsAt?: string; endsAt?: string };
  digest: string;
  decision: {
    outcome: string;
    rules: { id: string }[];
    risk?: { score: number; band: string };
    plan: { stage: number; group: string; status: string; approved: { person: string }[] }[];
  };
  closing?: { code: string; by: string };
  proof?: string;
  timeline?: { sequence?: number; type: string; by: string; status?: string }[];
};
export type Keys = { AccessKeyId: string; SecretAccessKey: string; SessionToken: string; Expiration: string };

export const ACCOUNT = "000000000000";
export const BUCKETS = {
  training: `latchkey-example-training-${ACCOUNT}`,
  staging: `latchkey-example-staging-${ACCOUNT}`,
  production: `latchkey-example-production-${ACCOUNT}`,
};

export const local = (): LocalJson => requireLocalJson();
export const as = (identity: string): SignedCall => keepingAnswers(signedClient(local(), identity));
export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** A measured figure for whoever reads the run's output: reported, never asserted. */
export const report = (line: string): void => void process.stdout.write(`measured: ${line}\n`);

const tryingEvery =
  (everyMs: number) =>
  async <T>(what: string, check: () => Promise<T | undefined | false>, timeoutMs = 60_000): Promise<T> => {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const found = await check();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > until) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
      await pause(everyMs);
    }
  };
/** Tries until `check` gives something, or fails saying what was waited for. */
export const eventually = tryingEvery(200);
/** The same, of Athena: while the one local server works on a question, it answers nobody else. */
export const eventuallyInRecord = tryingEvery(3_000);

export async function ask(identity: string, body: Record<string, unknown>): Promise<View> {
  const once = { "idempotency-key": randomUUID() };
  let answer = await as(identity)("POST", "/grants", body, once);
  // As a client does: a busy machine's function may not answer in time, and the key makes it the same ask.
  for (let again = 0; answer.status >= 500 && again < 3; again += 1)
    answer = await as(identity)("POST", "/grants", body, once);
  if (answer.status !== 201) throw new Error(`ask: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as View;
}

export async function look(identity: string, id: string, wait = 0): Promise<View> {
  const answer = await as(identity)("GET", `/grants/${id}${wait > 0 ? `?wait=${wait}` : ""}`);
  if (answer.status !== 200) throw new Error(`look: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as View;
}

const isNotReady = (body: Record<string, unknown>): boolean =>
  (body.error as { code?: string } | undefined)?.code === "not_ready";

export async function collect(identity: string, id: string): Promise<Keys> {
  let answer = await as(identity)("POST", `/grants/${id}/credentials`);
  // As a client does: the first mints of a fresh deployment start cold.
  // Each waits up to 5 s. A mint that died on a busy machine is followed by the next after its lease, a minute.
  for (let tries = 0; tries < 18 && isNotReady(answer.body); tries += 1)
    answer = await as(identity)("POST", `/grants/${id}/credentials`);
  if (answer.status !== 200) throw new Error(`collect: ${answer.status} ${JSON.stringify(answer.body)}`);
  const keys = answer.body as Keys;
  remember(
    { name: `secret key of ${id}`, value: keys.SecretAccessKey },
    { name: `session token of ${id}`, value: keys.SessionToken },
  );
  return keys;
}

export const inState = (identity: string, id: string, status: string): Promise<View> =>
  eventually(`${id} ${status}`, async () => {
    const view = await look(identity, id, 5);
    return view.status === status && view;
  });

export const sessionOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Keys) => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
  sessionToken: SessionToken,
});

/** The AWS SDK with a grant's credentials, unchanged. */
export function s3With(keys: Keys, where: LocalJson = local()): S3Client {
  return new S3Client({
    endpoint: where.endpoint,
    region: where.region,
    credentials: sessionOf(keys),
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

export async function keysUnder(s3: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.flatMap(({ Key }) => Key ?? []);
}

export async function textOf(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  return (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? "";
}

/** The configuration of the local AWS's administrator, for looking behind the scenes. */
export async function admin(paths: InstancePaths = instancePaths()) {
  const found = await readServer(paths);
  if (found.status !== "healthy") throw new Error("the local AWS is not up");
  return adminConfig(found.server);
}

/** The name of what a refused call throws; fails when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (fault) {
    return (fault as Error).name;
  }
  return "was not refused";
}
export const REFUSED = /^(AccessDenied|AccessDeniedException|Forbidden|403)$/;
export const OVER =
  /^(AccessDenied|AccessDeniedException|Forbidden|403|ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId)$/;

export type Invitation = { mail: Mail; link: string; code: string };

export const invitationIn = (mail: Mail): Invitation => ({
  mail,
  link: /http:\/\/127\.0\.0\.1:\d+\/\S+\/approvals\/[A-Za-z0-9_-]{43}/.exec(mail.text)?.[0] ?? "",
  // Not any eight letters with a dash: a purpose may say "fine-tune".
  code: /Confirmation code: ([a-z2-7]{4}-[a-z2-7]{4})/.exec(mail.text)?.[1] ?? "",
});

/** The mail that asks one person about one grant. */
export async function invitation(grant: string, address: string): Promise<Invitation> {
  const matches = ({ to, text }: Mail) => to.includes(address) && text.includes(grant);
  return invitationIn(
    await waitForMail(local().endpoint, matches, { what: `The mail about ${grant} to ${address}` }),
  );
}

export const mailsAbout = async (grant: string): Promise<Mail[]> =>
  (await readMailbox(local().endpoint)).filter(({ text }) => text.includes(grant));

/** What Slack was told about a grant. */
export const noticesAbout = async (grant: string): Promise<ReceivedNotice[]> =>
  (await readNotices(local().noticesUrl)).filter(({ text }) => text.includes(grant));

export type Page = { status: number; html: string; headers: Headers };

export async function openPage(link: string): Promise<Page> {
  const response = await fetch(link);
  return { status: response.status, html: await response.text(), headers: response.headers };
}

export async function submitForm(link: string, fields: Record<string, string>): Promise<Page> {
  const response = await fetch(link, { method: "POST", body: new URLSearchParams(fields) });
  return { status: response.status, html: await response.text(), headers: response.headers };
}
