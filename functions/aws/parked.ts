import { inspect } from "node:util";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import type { SealedEvent } from "../core/audit/event.ts";

/** A parked record of the stream, by its receipt. `record` is missing where it was too large to keep whole. */
export type Parked = { receipt: string; parkedAt: string | undefined; record: unknown };
/** Leaves a message for `sweep`. */
export type Park = (body: string) => Promise<void>;
export type ParkedQueue = {
  receive(): Promise<Parked[]>;
  remove(receipt: string): Promise<void>;
};

/** SQS takes 256 KiB at the least of its settings; what is larger is cut, for a person to read. */
const MOST_BYTES = 250_000;

const parkedBody = z.object({ schema: z.literal(1), parkedAt: z.iso.datetime(), record: z.unknown() });

/** SQS refuses some characters, and JSON may hold any: beyond ASCII all are escaped. */
const ascii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** What a parking message says: the record as the stream had it, why it is here and since when. */
export function parkedText(record: unknown, { reason, at }: { reason: string; at: string }): string {
  const head = { schema: 1, reason, parkedAt: at };
  const cut = (text: string) => ascii(JSON.stringify({ ...head, cut: text.slice(0, MOST_BYTES / 8) }));
  try {
    const whole = ascii(JSON.stringify({ ...head, record }));
    return whole.length <= MOST_BYTES ? whole : cut(JSON.stringify(record));
  } catch {
    return cut(inspect(record, { depth: 5 }));
  }
}

/** A readable event as the record that it came in, without what a retry does not need. */
export const recordOf = ({ body, hash }: SealedEvent) => ({
  eventName: "INSERT",
  dynamodb: { NewImage: { entity: { S: "event" }, body: { S: body }, hash: { S: hash } } },
});

/** What a message of the queue holds. */
export function readParked(receipt: string, body: string): Parked {
  try {
    const { parkedAt, record } = parkedBody.parse(JSON.parse(body));
    return { receipt, parkedAt, record };
  } catch {
    return { receipt, parkedAt: undefined, record: undefined }; // Lambda's own word on a batch that it gave up
  }
}

export function openParking(queueUrl: string): Park {
  const sqs = new SQSClient({});
  return async (body) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  };
}

export function openParkedQueue(queueUrl: string): ParkedQueue {
  const sqs = new SQSClient({});
  const QueueUrl = queueUrl;
  return {
    async receive() {
      const answer = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      return (answer.Messages ?? []).map(({ ReceiptHandle = "", Body = "" }) =>
        readParked(ReceiptHandle, Body),
      );
    },
    async remove(receipt) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }));
    },
  };
}
