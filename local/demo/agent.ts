import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type LocalJson, requireLocalJson } from "../local-json.ts";
import { type SignedCall, signedClient } from "../signed-client.ts";

/** A grant as far as the demo's agents look at it. */
type DemoGrant = {
  id: string;
  status: string;
  window: { endsAt?: string };
  decision: {
    outcome: string;
    rules: { id: string; reason: string }[];
    plan: { group: string; quorum: number; approved: { person: string }[] }[];
    risk?: { score: number; band: string; factors: { name: string; points: number }[] };
  };
};
export type DemoCredentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
};

/** An action, and what has become of its permit and of itself. */
type DemoAction = DemoGrant & {
  parametersDigest: string;
  permit?: string;
  outcome?: { result: string };
};
type DemoPage = { rows: Record<string, unknown>[]; masked: number };

/** What an agent, or a performing system, of the demo is: its own process, its own IAM identity, and nothing else. */
export type DemoAgent = {
  local: LocalJson;
  ask(body: Record<string, unknown>): Promise<DemoGrant>;
  look(id: string, waitSeconds?: number): Promise<DemoGrant>;
  collect(id: string): Promise<DemoCredentials>;
  release(id: string): Promise<DemoGrant>;
  /** One page of masked rows; undefined while the grant is not active yet. */
  read(id: string, body: Record<string, unknown>): Promise<DemoPage | undefined>;
  act(body: Record<string, unknown>): Promise<DemoAction>;
  lookAtAction(id: string): Promise<DemoAction>;
  redeem(id: string, permit: string, parameters: Record<string, unknown>): Promise<unknown>;
  report(id: string, outcome: { result: string; detail?: string }): Promise<unknown>;
};

async function must<T>(call: Promise<{ status: number; body: Record<string, unknown> }>): Promise<T> {
  const { status, body } = await call;
  if (status < 300) return body as T;
  const { code } = (body.error ?? {}) as { code?: string };
  throw Object.assign(new Error(`${status} ${JSON.stringify(body)}`), code ? { name: code } : {});
}

export function demoAgent(id: string): DemoAgent {
  const local = requireLocalJson();
  const call: SignedCall = signedClient(local, id);
  return {
    local,
    ask: (body) => must(call("POST", "/grants", body)),
    look: (grant, wait = 0) => must(call("GET", `/grants/${grant}${wait > 0 ? `?wait=${wait}` : ""}`)),
    release: (grant) => must(call("POST", `/grants/${grant}/release`)),
    async read(grant, body) {
      const answer = await call("POST", `/grants/${grant}/read`, body);
      const { code } = (answer.body.error ?? {}) as { code?: string };
      return code === "not_ready" ? undefined : must<DemoPage>(Promise.resolve(answer));
    },
    act: (body) => must(call("POST", "/actions", body)),
    lookAtAction: (action) => must(call("GET", `/actions/${action}`)),
    redeem: (action, permit, parameters) =>
      must(call("POST", `/actions/${action}/redeem`, { permit, parameters })),
    report: (action, outcome) => must(call("POST", `/actions/${action}/outcome`, outcome)),
    async collect(grant) {
      type Answer = {
        AccessKeyId: string;
        SecretAccessKey: string;
        SessionToken: string;
        Expiration: string;
      };
      const given = await must<Answer>(call("POST", `/grants/${grant}/credentials`));
      return {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.SessionToken,
        expiration: new Date(given.Expiration),
      };
    },
  };
}

/** The AWS SDK, unchanged, with the grant's credentials. */
export function s3With({ endpoint, region }: LocalJson, credentials: DemoCredentials): S3Client {
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
}

/** Every key under a prefix. */
export async function keysUnder(s3: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
}

/** One object as text. */
export async function textOf(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString("utf8")) ?? "";
}
