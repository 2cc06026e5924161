/** How a call to AWS goes wrong. */
export const modes = ["refused", "lost", "delayed", "doubled", "dies", "partial", "stale"] as const;
export type Mode = (typeof modes)[number];

/** A function's run that came to no end: it died, or was cut off. */
export class RunLostError extends Error {
  override readonly name = "RunLostError";
}

type Does = () => Promise<unknown>;
/** One call of one service: what it does, and how else it may come out, where a service has such a way. */
export type AwsCall = {
  /** Such as `table.client.send`. */
  name: string;
  args: readonly unknown[];
  does: Does;
  ways: { partial?: Does | undefined; stale?: Does | undefined };
};
/** What becomes of a call: does it, or not, or twice, late, or never answers. */
export type Interpose = (call: AwsCall) => Promise<unknown>;
type Ways = (name: string, args: readonly unknown[]) => AwsCall["ways"];
type Any = (...args: unknown[]) => unknown;

const behind = new WeakSet<object>();
/** True for a function that was given out by a wire: no call of it goes past the wire. */
export const isBehindWire = (value: unknown): boolean =>
  typeof value === "function" && behind.has(value as object);

/**
 * The one seam between functions and AWS: whatever is handed out through `around` can be called only through `interpose`.
 * Looked up at each call, so that what a test puts in the place of a fake's method is behind it too.
 */
export class Wire {
  interpose: Interpose | undefined;
  private readonly ways: Ways;

  constructor(ways: Ways = () => ({})) {
    this.ways = ways;
  }

  /** The same services, each call of them, at whatever depth, behind the wire. */
  around<T extends object>(services: T, path = ""): T {
    const wrapped = new Map<PropertyKey, { of: unknown; as: unknown }>();
    return new Proxy(services, {
      get: (target, name) => {
        const of: unknown = Reflect.get(target, name, target);
        if ((typeof of !== "function" && typeof of !== "object") || of === null) return of;
        const known = wrapped.get(name);
        if (known?.of === of) return known.as;
        const at = path === "" ? String(name) : `${path}.${String(name)}`;
        const as = typeof of === "function" ? this.method(at, target, of as Any) : this.around(of, at);
        wrapped.set(name, { of, as });
        return as;
      },
    });
  }

  private method(name: string, target: object, work: Any): Any {
    const called = async (...args: unknown[]): Promise<unknown> => {
      const does = async () => work.apply(target, args);
      return this.interpose ? this.interpose({ name, args, does, ways: this.ways(name, args) }) : does();
    };
    behind.add(called);
    return called;
  }
}
