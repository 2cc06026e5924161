import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type ProbeMessage, probeMessage } from "../core/probe.ts";

/** Orders rounds of proving, each after its delay in seconds. Throws unless all were taken. */
export type QueueProbes = (
  messages: readonly { message: ProbeMessage; delaySeconds: number }[],
) => Promise<void>;

const AT_ONCE = 10;

export function openProbeQueue(queueUrl: string): QueueProbes {
  const sqs = new SQSClient({});
  return async (messages) => {
    for (let from = 0; from < messages.length; from += AT_ONCE) {
      const Entries = messages.slice(from, from + AT_ONCE).map(({ message, delaySeconds }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(probeMessage.parse(message)),
        DelaySeconds: delaySeconds,
      }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0)
        throw new Error(`probes not queued: ${Failed.map(({ Code }) => Code).join(", ")}`);
    }
  };
}
