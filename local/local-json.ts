import { readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { mailboxUrl } from "./mailbox.ts";
import { instancePaths } from "./paths.ts";

/**
 * Everything that a client of the local AWS has to know. Long-lived IAM users' keys on purpose: they work as long
 * as the server is up. The file appears only when everything is deployed and seeded, and goes first when it is not.
 */
const localJson = z.strictObject({
  endpoint: z.url(),
  region: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
  /** The signed API, with its stage and without a slash at the end. */
  apiUrl: z.url(),
  /** The approval API, likewise. */
  approvalUrl: z.url(),
  auditBucket: z.string(),
  athenaWorkgroup: z.string(),
  athenaDatabase: z.string(),
  tableName: z.string(),
  stateMachineArn: z.string(),
  mailboxUrl: z.url(),
  /** What a Slack channel would have been told, as JSON. */
  noticesUrl: z.url(),
  identities: z.record(z.string(), z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() })),
});
export type LocalJson = z.infer<typeof localJson>;

/** The file's content; nothing when it is absent or not whole (an older release's, for instance). */
export function readLocalJson(path: string = instancePaths().localJson): LocalJson | undefined {
  try {
    return localJson.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** For tools that need the local AWS to be up already. */
export function requireLocalJson(path: string = instancePaths().localJson): LocalJson {
  const local = readLocalJson(path);
  if (local) return local;
  throw new Error("The local AWS is not up. Start it with: npm run local");
}

/** Written beside and renamed, so that nobody ever reads half of it; for its owner's eyes only. */
export function writePrivately(path: string, content: unknown): void {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, path);
}

export function writeLocalJson(local: LocalJson, path: string = instancePaths().localJson): void {
  writePrivately(path, localJson.parse(local));
}

/** Stack outputs by stack and name, as `cdk deploy --outputs-file` writes them. */
export type StackOutputs = Record<string, Record<string, string>>;

type Where = { endpoint: string; region: string; accountId: string; noticesUrl: string };

/** Puts the file together. The URLs in the templates' own outputs are AWS's, and lead nowhere here. */
export function describeLocal(
  where: Where,
  outputs: StackOutputs,
  identities: LocalJson["identities"],
): LocalJson {
  const output = (stack: string, name: string) => {
    const value = outputs[stack]?.[name];
    if (value !== undefined) return value;
    throw new Error(`The stack ${stack} has no output ${name}, which local.json needs.`);
  };
  const apiUrl = (id: string) => `${where.endpoint}/_aws/execute-api/${id}/v1`;
  return {
    ...where,
    apiUrl: apiUrl(output("LatchkeyBroker", "SignedApiId")),
    approvalUrl: apiUrl(output("LatchkeyBroker", "ApprovalApiId")),
    auditBucket: output("LatchkeyAudit", "AuditBucketName"),
    athenaWorkgroup: output("LatchkeyAudit", "WorkgroupName"),
    athenaDatabase: output("LatchkeyAudit", "DatabaseName"),
    tableName: output("LatchkeyBroker", "TableName"),
    stateMachineArn: output("LatchkeyBroker", "StateMachineArn"),
    mailboxUrl: mailboxUrl(where.endpoint),
    identities,
  };
}
