import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

/** Cancellation reasons carry raw attribute values, even through lib-dynamodb. */
export function unmarshallItem(raw: unknown): Record<string, unknown> | undefined {
  if (raw === undefined || raw === null || Object.keys(raw).length === 0) return undefined;
  return unmarshall(raw as Record<string, AttributeValue>);
}
