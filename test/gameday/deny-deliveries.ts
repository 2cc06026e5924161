import type { World } from "../fakes/world.ts";

const VISIBILITY_MS = 360_000;
const MAX_RECEIVES = 5;
type Seen = { sentAt: number; visibleAt: number; receives: number };

/** How SQS delivers the orders of deny lists: what is handed back comes after six minutes, with the orders of that role behind it. */
export class DenyDeliveries {
  readonly deadLetters: { role: string }[] = [];
  private readonly seen = new Map<string, Seen>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  private of(messageId: string): Seen {
    const now = this.world.now();
    const seen = this.seen.get(messageId) ?? { sentAt: now, visibleAt: now, receives: 0 };
    this.seen.set(messageId, seen);
    return seen;
  }

  oldestSeconds(): number | undefined {
    const ages = this.world.queue.messages.map(
      ({ messageId }) => this.world.now() - this.of(messageId).sentAt,
    );
    return ages.length === 0 ? undefined : Math.max(...ages) / 1000;
  }

  async deliver(): Promise<void> {
    const { queue } = this.world;
    const now = this.world.now();
    const held = new Set(
      queue.messages.filter(({ messageId }) => this.of(messageId).visibleAt > now).map(({ role }) => role),
    );
    const due = queue.messages.filter(({ role }) => !held.has(role));
    const waiting = queue.messages.filter(({ role }) => held.has(role));
    if (due.length === 0) return;
    queue.messages = due;
    await this.world.writeDenials();
    const back = queue.messages.flatMap((message) => {
      const seen = this.of(message.messageId);
      seen.receives += 1;
      seen.visibleAt = this.world.now() + VISIBILITY_MS;
      if (seen.receives < MAX_RECEIVES) return [message];
      this.deadLetters.push({ role: message.role });
      return [];
    });
    queue.messages = [...waiting, ...back];
  }
}
