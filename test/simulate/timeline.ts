type Event = { at: number; order: number; go: () => void };

/** What happens when, in virtual time: a binary heap, and of two at one instant the one that was planned first. */
export class Timeline {
  private readonly heap: Event[] = [];
  private order = 0;

  private sooner(a: number, b: number): boolean {
    const [one, other] = [this.heap[a] as Event, this.heap[b] as Event];
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }
  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b] as Event, this.heap[a] as Event];
  }

  plan(at: number, go: () => void): void {
    this.order += 1;
    let child = this.heap.push({ at, order: this.order, go }) - 1;
    for (let parent = (child - 1) >> 1; child > 0 && this.sooner(child, parent); parent = (child - 1) >> 1) {
      this.swap(child, parent);
      child = parent;
    }
  }

  /** When the next thing happens; undefined when nothing is planned. */
  next = (): number | undefined => this.heap[0]?.at;

  take(): Event | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (!first || !last || this.heap.length === 0) return first;
    this.heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      let least = parent;
      if (left < this.heap.length && this.sooner(left, least)) least = left;
      if (left + 1 < this.heap.length && this.sooner(left + 1, least)) least = left + 1;
      if (least === parent) return first;
      this.swap(parent, least);
      parent = least;
    }
  }
}
