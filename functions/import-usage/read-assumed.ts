import { type RoleAssumed, roleAssumed } from "../core/watch/use.ts";
import { parameter, type TrailRecord, trailRecord } from "./record.ts";

const ACCESS_ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(latchkey-access-[^/]+)$/;
const CALLER = /^arn:aws[a-z-]*:(?:sts|iam)::(\d{12}):(assumed-role\/[^/]+|user\/.+|root|federated-user)/;

/** Who called, without what a session calls itself: `123456789012:assumed-role/latchkey-mint-credentials`. */
function callerOf({ userIdentity }: TrailRecord): string {
  const [, account, name] = CALLER.exec(userIdentity?.arn ?? "") ?? [];
  return account && name ? `${account}:${name}`.slice(0, 256) : "unknown";
}

/** `sts:AssumeRole` of an access role, as CloudTrail tells it; undefined for any other record. Of its answer nothing is read. */
export function assumedIn(record: TrailRecord): RoleAssumed | undefined {
  if (record.eventSource !== "sts.amazonaws.com" || record.eventName !== "AssumeRole") return undefined;
  const [, account, role] = ACCESS_ROLE.exec(parameter(record, "roleArn") ?? "") ?? [];
  if (!account || !role) return undefined;
  const policy = record.requestParameters?.policy;
  const found = roleAssumed.safeParse({
    v: 1,
    id: record.eventID,
    time: record.eventTime,
    account,
    role,
    session: parameter(record, "roleSessionName") ?? "",
    by: callerOf(record),
    refused: Boolean(record.errorCode),
    ...(typeof policy === "string" ? { policy: policy.slice(0, 4_096) } : {}),
  });
  return found.data;
}

/** The same of a record as EventBridge delivers it. */
export function readAssumed(detail: unknown): RoleAssumed | undefined {
  const found = trailRecord.safeParse(detail);
  return found.success ? assumedIn(found.data) : undefined;
}
