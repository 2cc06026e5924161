import type { ColumnValue } from "../core/audit/columns.ts";
import { quotedText } from "../core/audit/flat-text.ts";
import { usageColumns } from "../core/audit/usage.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { RoleAssumed } from "../core/watch/use.ts";
import { assumedIn } from "./read-assumed.ts";
import { parameter, type TrailRecord, trailRecord } from "./record.ts";
import { resourceOf } from "./resource-of.ts";
import { isRefusal, placesOf, type SessionCall } from "./sessions.ts";

/** Whose calls count as a grant's, and which bucket's readers are of interest. */
export type Interest = { accessAccounts: readonly string[]; auditBucket: string };
export type UsageRow = { id: string; day: string; row: ColumnValue[] };
type RecordProblem = "not_json" | "not_a_record";
export type Reading =
  /** A row of the record; and what is told to who watches, where it is a minted session's or makes one. */
  | { kind: "usage"; usage: UsageRow; call?: SessionCall; assumed?: RoleAssumed }
  | { kind: "other" }
  | { kind: "unreadable"; problem: RecordProblem };

type ColumnName = (typeof usageColumns)[number]["name"];
type Session = { name: string; grant: string; attempt: bigint };

// The session is minted only when its role is an access role of an account of ours: a name alone is anybody's to choose.
// Sessions `….probe` are the prover's own, which read no content: they match neither this nor the audit bucket.
const MINTED =
  /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/latchkey-access-[^/]+\/(lk\.[a-z][a-z0-9-]{1,23}\.([a-z2-7]{16})\.(\d{1,9}))$/;

function mintedSession({ userIdentity }: TrailRecord, { accessAccounts }: Interest): Session | undefined {
  const [, account, name, grant, attempt] = MINTED.exec(userIdentity?.arn ?? "") ?? [];
  if (account === undefined || !name || !grant || !attempt) return undefined;
  return accessAccounts.includes(account) ? { name, grant, attempt: BigInt(attempt) } : undefined;
}

const OWN_ROLE =
  /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/latchkey-(export-audit|sign-digest|import-usage)\//;

/** Of the account that the record's bucket is named after: a role of these names elsewhere is not ours. */
function isOwnRole({ userIdentity }: TrailRecord, { auditBucket }: Interest): boolean {
  const [, account] = OWN_ROLE.exec(userIdentity?.arn ?? "") ?? [];
  return account !== undefined && auditBucket.startsWith(`latchkey-audit-${account}-`);
}

/**
 * Calls about objects of the record. What Latchkey's own functions add there is in the digests: as usage it would make
 * each import the cause of the next.
 */
function isRead(record: TrailRecord, interest: Interest): boolean {
  const { eventSource, eventName, errorCode } = record;
  if (eventSource !== "s3.amazonaws.com" || parameter(record, "bucketName") !== interest.auditBucket)
    return false;
  return !(eventName === "PutObject" && !errorCode && isOwnRole(record, interest));
}

function bytesOut({ additionalEventData }: TrailRecord): bigint | null {
  const bytes = additionalEventData?.bytesTransferredOut;
  return typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0 ? BigInt(bytes) : null;
}

const serviceOf = ({ eventSource }: TrailRecord): string =>
  eventSource.replace(/\.amazonaws\.com(\.cn)?$/, "");

function rowOf(record: TrailRecord, session: Session | undefined): ColumnValue[] {
  const isS3 = record.eventSource === "s3.amazonaws.com";
  const values: Record<ColumnName, ColumnValue> = {
    usage_id: record.eventID,
    used_at: new Date(epochMs(record.eventTime)),
    account_id: record.recipientAccountId ?? null,
    aws_region: record.awsRegion ?? null,
    service: serviceOf(record),
    api_action: record.eventName,
    read_only: record.readOnly ?? null,
    caller_arn: record.userIdentity?.arn ?? null,
    session_name: session?.name ?? null,
    grant_id: session?.grant ?? null,
    attempt: session?.attempt ?? null,
    resource_arn: resourceOf(record),
    bucket: (isS3 && parameter(record, "bucketName")) || null,
    object_key: (isS3 && parameter(record, "key")) || null,
    error_code: record.errorCode ?? null,
    source_ip: record.sourceIPAddress ?? null,
    user_agent: record.userAgent ?? null,
    bytes_out: bytesOut(record),
    request_id: record.requestID ?? null,
    // Both versions of the call are told of by this name.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
    listed_prefix:
      isS3 && /^ListObjects(V2)?$/.test(record.eventName) ? (parameter(record, "prefix") ?? "") : null,
  };
  // A caller may choose its user agent and the keys that it asks for, and Athena writes its results as CSV by itself.
  return usageColumns.map(({ name }) => {
    const value = values[name];
    return typeof value === "string" ? quotedText(value) : value;
  });
}

const callOf = (record: TrailRecord, { grant }: Session): SessionCall => ({
  id: record.eventID,
  grant,
  time: record.eventTime,
  refused: isRefusal(record.errorCode),
  bytes: Number(bytesOut(record) ?? 0),
  ...placesOf(record.sourceIPAddress, record.awsRegion),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads one record of a CloudTrail file: a row, something that is nobody's business here, or nothing readable. Never throws. */
export function readUsage(text: string, interest: Interest): Reading {
  const json = parsed(text);
  if (json === undefined) return { kind: "unreadable", problem: "not_json" };
  const read = trailRecord.safeParse(json);
  if (!read.success) return { kind: "unreadable", problem: "not_a_record" };
  const record = read.data;
  const session = mintedSession(record, interest);
  // Of access roles of our accounts: a role of such a name elsewhere is not ours.
  const found = session ? undefined : assumedIn(record);
  const assumed = found && interest.accessAccounts.includes(found.account) ? found : undefined;
  if (!session && !assumed && !isRead(record, interest)) return { kind: "other" };
  const day = isoMillis(epochMs(record.eventTime)).slice(0, 10);
  const usage = { id: record.eventID, day, row: rowOf(record, session) };
  return {
    kind: "usage",
    usage,
    ...(session ? { call: callOf(record, session) } : {}),
    ...(assumed ? { assumed } : {}),
  };
}
