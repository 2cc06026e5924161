import type { Construct } from "constructs";
import { names } from "../names.ts";
import { WorkQueue } from "./work-queue.ts";

/** Roles whose deny list must be written. FIFO with one message group a role: never two writers on one list. */
export class DenyQueue extends WorkQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      queueName: names.denyQueue,
      deadLettersName: names.denyDeadLetters,
      fifo: {
        fifo: true,
        contentBasedDeduplication: false, // the sender names the cause: one text can be two orders
      },
    });
  }
}
