import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type ProbeMessage, probeMessage } from "../core/probe.ts";

/** Orders rounds of proving, each after its delay in seconds. Throws unless all were taken. */
export type QueueProbes = (
  messages: readonly { message: ProbeMessage; delaySeconds: number }[],
) => Promise<void>;

const AT_ONCE = 10;

// One by one: the local AWS wants a permission of its own for batches, which AWS does not have.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
export function openProbeQueue(queueUrl: string): QueueProbes {
  const sqs = new SQSClient({});
  return async (messages) => {
    for (let from = 0; from < messages.length; from += AT_ONCE)
      await Promise.all(
        messages.slice(from, from + AT_ONCE).map(({ message, delaySeconds }) =>
          sqs.send(
            new SendMessageCommand({
              QueueUrl: queueUrl,
              MessageBody: JSON.stringify(probeMessage.parse(message)),
              DelaySeconds: delaySeconds,
            }),
          ),
        ),
      );
  };
}
