import type { PutEvents } from "../../functions/aws/bus.ts";
import { type Park, type Parked, type ParkedQueue, readParked } from "../../functions/aws/parked.ts";
import type { SealedEvent } from "../../functions/core/audit/event.ts";
import { timedOut } from "./faults.ts";
import type { Secrets } from "./services.ts";

/** An inserted event as the table's stream delivers it. */
export const streamRecord = (body: string, hash: string) => ({
  eventName: "INSERT",
  dynamodb: { NewImage: { entity: { S: "event" }, body: { S: body }, hash: { S: hash } } },
});

/** EventBridge: takes entries or refuses some, and may not answer at all. */
export class FakeBus {
  readonly taken: SealedEvent[] = [];
  requests = 0;
  down = false;
  before: (() => void) | undefined;
  /** The code by which an event is refused. */
  refuse: (event: SealedEvent) => string | undefined = () => undefined;
  private readonly secrets: Secrets | undefined;

  constructor(secrets?: Secrets) {
    this.secrets = secrets;
  }

  readonly put: PutEvents = async (events) => {
    this.requests += 1;
    this.before?.();
    if (this.down) throw timedOut("EventBridge");
    if (events.length < 1 || events.length > 10)
      throw new Error(`PutEvents takes 1 to 10, not ${events.length}`);
    return events.map((event) => {
      const leak = this.secrets?.in(event.body);
      if (leak) throw new Error(`an event on the bus holds a ${leak}`);
      const refused = this.refuse(event);
      if (!refused) this.taken.push(event);
      return refused;
    });
  };

  ids = (): string[] => this.taken.map(({ event }) => event.id);
}

const HIDDEN_MS = 300_000;

/** SQS, standard: a message that was received is hidden for five minutes and comes again unless it is removed. */
export class FakeParkedQueue implements ParkedQueue {
  readonly messages: { receipt: string; body: string; visibleAt: number }[] = [];
  down = false;
  before: (() => void) | undefined;
  private made = 0;
  private readonly now: () => number;
  private readonly secrets: Secrets | undefined;

  constructor(now: () => number, secrets?: Secrets) {
    this.now = now;
    this.secrets = secrets;
  }

  private answer(): void {
    this.before?.();
    if (this.down) throw timedOut("SQS");
  }
  readonly park: Park = async (body) => {
    this.answer();
    const leak = this.secrets?.in(body);
    if (leak) throw new Error(`a parked message holds a ${leak}`);
    if (Buffer.byteLength(body) > 262_144) throw new Error("SQS takes 256 KiB");
    this.made += 1;
    this.messages.push({ receipt: `receipt-${this.made}`, body, visibleAt: this.now() });
  };
  async receive(): Promise<Parked[]> {
    this.answer();
    const now = this.now();
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, 10);
    for (const message of visible) message.visibleAt = now + HIDDEN_MS;
    return visible.map(({ receipt, body }) => readParked(receipt, body));
  }
  async remove(receipt: string): Promise<void> {
    this.answer();
    const at = this.messages.findIndex((message) => message.receipt === receipt);
    if (at >= 0) this.messages.splice(at, 1);
  }
}
