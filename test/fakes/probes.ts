import type { QueueProbes } from "../../functions/aws/probe-queue.ts";
import type { ProbeOrder, RunProbe } from "../../functions/aws/probes.ts";
import { type ProbeAnswer, type ProbeMessage, probeMessage } from "../../functions/core/probe.ts";
import { ACCOUNT } from "./api.ts";
import type { FakeIam } from "./iam.ts";
import type { Around } from "./services.ts";

type Waiting = { messageId: string; message: ProbeMessage; at: number; received: number };
const VISIBILITY_MS = 360_000;
const MAX_RECEIVES = 5;

/** Probing sessions and their calls, which IAM refuses or not; and the queue of rounds, which holds each back as long as it says. */
export class FakeProbes {
  readonly orders: (ProbeOrder & { answer: ProbeAnswer; at: number })[] = [];
  /** What was received five times and never done. */
  readonly failed: ProbeMessage[] = [];
  before: Around<"probe" | "queue"> | undefined;
  after: Around<"probe" | "queue"> | undefined;
  /** Says another answer than IAM would. */
  answer: ((order: ProbeOrder) => ProbeAnswer | undefined) | undefined;
  waiting: Waiting[] = [];
  private count = 0;
  private readonly iam: FakeIam;
  private readonly now: () => number;

  constructor(iam: FakeIam, now: () => number) {
    this.iam = iam;
    this.now = now;
  }

  readonly probe: RunProbe = async (order) => {
    try {
      await this.before?.("probe");
    } catch (fault) {
      return { is: "unclear", code: (fault as Error).name };
    }
    const [account = "", name = ""] = order.roleArn.split(":").slice(4).join("/").split("/role/");
    const role = account === ACCOUNT ? name : `${account}/${name}`;
    const { sessionName } = order;
    const refused = this.iam.refuses(role, { sessionName, issuedAt: this.now() });
    const answer: ProbeAnswer =
      this.answer?.(order) ?? (refused ? { is: "refused", explicit: true } : { is: "allowed" });
    this.orders.push({ ...order, answer, at: this.now() });
    return answer;
  };

  readonly queue: QueueProbes = async (messages) => {
    if (messages.length === 0) return;
    await this.before?.("queue");
    for (const { message, delaySeconds } of messages) {
      if (delaySeconds < 0 || delaySeconds > 900)
        throw new RangeError(`SQS has no delay of ${delaySeconds} s`);
      // What is not JSON, or not a message of ours, would never be worked off.
      const sent = probeMessage.parse(JSON.parse(JSON.stringify(message)));
      const at = this.now() + delaySeconds * 1000;
      this.waiting.push({ messageId: `p${++this.count}`, message: sent, at, received: 0 });
    }
    await this.after?.("queue");
  };

  /** When the next round is due. */
  nextDue(): number | undefined {
    return this.waiting.length === 0 ? undefined : Math.min(...this.waiting.map(({ at }) => at));
  }

  /** Delivers what is due, in tens; what is handed back comes again when its time of invisibility is over. */
  async deliver(
    work: (batch: Waiting[]) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>,
  ): Promise<void> {
    const due = this.waiting.filter(({ at }) => at <= this.now());
    this.waiting = this.waiting.filter((each) => !due.includes(each));
    for (let from = 0; from < due.length; from += 10) {
      const batch = due.slice(from, from + 10);
      const { batchItemFailures } = await work(batch);
      const back = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      for (const each of batch.filter(({ messageId }) => back.includes(messageId))) {
        const received = each.received + 1;
        if (received >= MAX_RECEIVES) this.failed.push(each.message);
        else this.waiting.push({ ...each, received, at: this.now() + VISIBILITY_MS });
      }
    }
  }
}
