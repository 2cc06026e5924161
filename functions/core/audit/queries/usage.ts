import { usageColumns, usageTable } from "../usage.ts";
import { onceIn, together } from "./query.ts";

/**
 * The CTE `usage_once`: each call that CloudTrail saw once; CloudTrail itself may deliver one twice. There is no hash of a
 * call: everything that is told of it is held against its other copies.
 */
export const usageOnce = (where: string): string =>
  onceIn("usage_once", {
    table: usageTable.qualified,
    id: "usage_id",
    told: together(usageColumns.map(({ name }) => name)),
    where,
  });

// A key that a spreadsheet would calculate is kept behind an apostrophe (`flatText`); a resource's prefix may begin so too.
const keyOf = (call: string): string =>
  `CASE WHEN substr(${call}.object_key, 1, 1) = '''' AND substr(${call}.object_key, 2, 1) IN ('=', '+', '-', '@')
    THEN substr(${call}.object_key, 2) ELSE ${call}.object_key END`;

/** An S3 resource's `bucket/prefix`, of its ARN; and a call's `bucket/key`, null where it names no key. */
export const s3Base = (arn: string): string => `split_part(replace(${arn}, '*', ''), ':::', 2)`;
export const s3Place = (call: string): string =>
  `CASE WHEN ${call}.service = 's3' THEN ${call}.bucket || '/' || ${keyOf(call)} END`;
