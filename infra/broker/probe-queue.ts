import type { Construct } from "constructs";
import { names } from "../names.ts";
import { WorkQueue } from "./work-queue.ts";

/** Rounds of proving a denial, each held back for its time. Standard: rounds of one grant follow from each other. */
export class ProbeQueue extends WorkQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, { queueName: names.probes, deadLettersName: names.probesFailed });
  }
}
