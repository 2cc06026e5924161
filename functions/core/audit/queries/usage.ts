import { usageColumns, usageTable } from "../usage.ts";
import { onlyCopy } from "./query.ts";

// There is no hash of a call: everything that is told of it is held against its other copies.
const WHOLE_ROW = usageColumns
  .map(({ name }) => `coalesce(CAST(${name} AS varchar), '~')`)
  .join(" || '|' || ");

/** The CTE `usage_once`: each call that CloudTrail saw once. CloudTrail itself may deliver a call twice. */
export const usageOnce = (where: string): string => `usage_once AS (
  SELECT *
  FROM (
    SELECT *,
      row_number() OVER (PARTITION BY usage_id ORDER BY whole_row) AS copy_number,
      min(whole_row) OVER (PARTITION BY usage_id) AS lowest_hash,
      max(whole_row) OVER (PARTITION BY usage_id) AS highest_hash
    FROM (
      SELECT *, ${WHOLE_ROW} AS whole_row
      FROM ${usageTable.qualified}
      WHERE ${where}
    ) AS told
  ) AS kept
  WHERE ${onlyCopy("usage_id")}
)`;

/** An S3 resource's `bucket/prefix`, of its ARN; and a call's `bucket/key`, null where it names no key. */
export const s3Base = (arn: string): string => `split_part(replace(${arn}, '*', ''), ':::', 2)`;
export const s3Place = (call: string): string =>
  `CASE WHEN ${call}.service = 's3' THEN ${call}.bucket || '/' || ${call}.object_key END`;
