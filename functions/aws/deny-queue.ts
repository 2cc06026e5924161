import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";

/** A message of the deny queue: whose role's list must be written. The list itself is in the table. */
export const denyMessage = z.strictObject({ schema: z.literal(1), role: z.string().min(1) });

/** Asks `revoke-access` to write a role's deny list. `cause` makes the deduplication id: an entry's id, or a minute of sweep's. */
export type QueueDeny = (role: string, cause: string) => Promise<void>;

/** FIFO: one group a role, so that one role's writes are in order and other roles do not wait. */
export function openDenyQueue(queueUrl: string): QueueDeny {
  const sqs = new SQSClient({});
  return async (role, cause) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(denyMessage.parse({ schema: 1, role })),
        MessageGroupId: role,
        MessageDeduplicationId: `${role}.${cause}`.replace(/[^A-Za-z0-9._-]/g, "-").slice(0, 128),
      }),
    );
  };
}
