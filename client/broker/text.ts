/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html: 10 MB. */
const LONGEST_ANSWER = 10 * 1024 * 1024;

/** What is said, if it is no longer than anything that API Gateway lets through; unpacked, so that it cannot fill the memory. */
export async function textOf({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    // Leaving the loop lets go of the rest, unread.
    if (size > LONGEST_ANSWER) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
