import type { ColumnType } from "./columns.ts";

/** Calls made with minted sessions, and reads of the record: from CloudTrail's data events, as `import-usage` keeps them. */
export const usageTable = { name: "usage", qualified: "latchkey_audit.usage" } as const;

/**
 * One call that CloudTrail saw, under `usage/dt=<day of the call>/`. Each `usage_id` counts once for every reader.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const usageColumns = [
  /** CloudTrail's `eventID`. */
  { name: "usage_id", type: "string" },
  { name: "used_at", type: "timestamp" },
  { name: "account_id", type: "string" },
  { name: "aws_region", type: "string" },
  /** `s3`, `dynamodb`, …: `eventSource` without `.amazonaws.com`; and `eventName`. */
  { name: "service", type: "string" },
  { name: "api_action", type: "string" },
  { name: "read_only", type: "boolean" },
  /** Who called: `userIdentity.arn`. */
  { name: "caller_arn", type: "string" },
  /** Of a minted session `lk.<agent key>.<grant id>.<attempt>`, and its parts; null for anybody else. */
  { name: "session_name", type: "string" },
  { name: "grant_id", type: "string" },
  { name: "attempt", type: "bigint" },
  /** The first resource that the call names, and for S3 its object. */
  { name: "resource_arn", type: "string" },
  { name: "bucket", type: "string" },
  { name: "object_key", type: "string" },
  /** Null when the call was allowed and worked. */
  { name: "error_code", type: "string" },
  { name: "source_ip", type: "string" },
  { name: "user_agent", type: "string" },
  { name: "bytes_out", type: "bigint" },
  { name: "request_id", type: "string" },
  /** Of a listing of S3: what the names asked for begin with, empty where all were. Files of earlier releases lack it. */
  { name: "listed_prefix", type: "string" },
] as const satisfies readonly { name: string; type: ColumnType }[];
