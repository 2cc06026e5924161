import { vi } from "vitest";
import type { Broker } from "../../client/broker/broker.ts";
import { LatchkeyError, RefusedError } from "../../client/errors.ts";
import type { AskBody, CredentialsView, GrantView } from "../../functions/core/api/schemas.ts";

/** Waits on the (fake) clock; an aborted signal ends it with the signal's own reason. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((done, fail) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(timer);
      fail(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      done();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });

/** Lets the fake clock run until a promise has settled, and gives it. */
export async function passing<T>(promise: Promise<T>, stepMs = 100): Promise<T> {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  for (let steps = 0; !settled && steps < 100_000; steps++) await vi.advanceTimersByTimeAsync(stepMs);
  return promise;
}

export const iso = (ms: number): string => new Date(ms).toISOString();
export const unavailable = (): LatchkeyError =>
  new LatchkeyError("unavailable", "The broker at test does not answer. Is it up, and this machine online?");

type Outcome = "allow" | "needs_approval";
const idOf = (number: number): string => `${"abcdefghijklmnop".slice(0, 15)}${"abcdefghijklmnop"[number]}`;

export const claims: AskBody = {
  resource: "claims",
  access: "read",
  scope: { prefix: "2026/" },
  windowSeconds: 1_800,
  purpose: "test",
};

/** A broker in memory, as far as clients see it, on the (fake) clock. */
export function fakeBroker(options: { outcome?: Outcome; sessionSeconds?: number } = {}) {
  const world = {
    outcome: "allow" as Outcome,
    sessionSeconds: 3_600,
    /** Set: every call fails so. */
    fault: undefined as Error | undefined,
    ...options,
    grants: [] as GrantView[],
    calls: [] as string[],
    keys: new Map<string, string>(),
  };
  const find = (id: string): GrantView => {
    const found = world.grants.find((grant) => grant.id === id);
    if (!found) throw new RefusedError("not_found", "There is no such thing.", "not_found");
    return found;
  };
  const note = (grant: GrantView, type: string): void => {
    grant.timeline = [
      ...(grant.timeline ?? []),
      { time: iso(Date.now()), type, by: "test", status: grant.status },
    ];
  };
  const activate = (grant: GrantView): void => {
    grant.status = "ACTIVE";
    grant.window = {
      ...grant.window,
      startsAt: iso(Date.now()),
      endsAt: iso(Date.now() + grant.window.seconds * 1000),
    };
    note(grant, "grant.activated");
  };
  const close = (grant: GrantView, status: string, closing: NonNullable<GrantView["closing"]>): void => {
    Object.assign(grant, { status, closing });
    note(grant, "grant.closed");
  };
  const tick = (grant: GrantView): GrantView => {
    if (grant.status === "APPROVED") activate(grant);
    const { endsAt } = grant.window;
    if (grant.status === "ACTIVE" && endsAt && Date.now() >= Date.parse(endsAt))
      close(grant, "ENDED", { code: "window_over", by: "clock" });
    return structuredClone(grant);
  };
  const make = (body: AskBody, more: Partial<GrantView> = {}): GrantView => {
    const { windowSeconds, dryRun: _, breakGlass: __, clientId: ___, startsAt: ____, ...rest } = body;
    const needs = world.outcome === "needs_approval";
    const grant: GrantView = {
      ...(rest as Omit<typeof rest, "scope"> & { scope?: GrantView["scope"] }),
      id: idOf(world.grants.length),
      status: needs ? "PENDING" : "APPROVED",
      agent: "support-assistant",
      window: { seconds: windowSeconds },
      masked: false,
      digest: "sha256:0",
      decision: {
        outcome: world.outcome,
        policyVersion: "test",
        rules: [],
        plan: needs
          ? [
              {
                ...{ stage: 1, rule: "pii", reason: "personal data", group: "privacy", quorum: 2 },
                ...{ status: "open" as const, approved: [] },
              },
            ]
          : [],
      },
      ...(needs ? { retryAfterSeconds: 15 } : {}),
      ...more,
    };
    note(grant, "grant.requested");
    world.grants.unshift(grant);
    return grant;
  };
  const call = async <T>(name: string, work: () => T): Promise<T> => {
    world.calls.push(name);
    await pause(10);
    if (world.fault) throw world.fault;
    return work();
  };
  const broker = {
    ask: (body: AskBody, once: { idempotencyKey?: string } = {}) =>
      call("ask", () => {
        const known = world.keys.get(once.idempotencyKey ?? "");
        if (known) return structuredClone(find(known));
        const grant = make(body);
        if (once.idempotencyKey) world.keys.set(once.idempotencyKey, grant.id);
        return structuredClone(grant);
      }),
    grant: (id: string) => call(`grant ${id.at(-1)}`, () => tick(find(id))),
    grants: () =>
      call("grants", () => ({ grants: world.grants.map(tick).map(({ timeline: _, ...grant }) => grant) })),
    credentials: (id: string) =>
      call(`credentials ${id.at(-1)}`, (): CredentialsView => {
        const grant = tick(find(id));
        const { status, window, closing } = grant;
        if (status === "PENDING")
          throw new RefusedError("pending", "The grant waits for people.", "not_ready", { status });
        if (status !== "ACTIVE")
          throw new RefusedError("over", `The grant is ${status}.`, "grant_over", {
            status,
            reason: closing?.code,
          });
        // A session follows another 15 minutes before its end, as the broker makes them.
        const began = Date.parse(window.startsAt ?? "");
        const each = world.sessionSeconds * 1000;
        const attempt = Math.max(0, Math.floor((Date.now() - began) / Math.max(1, each - 15 * 60_000)));
        const from = began + attempt * Math.max(1, each - 15 * 60_000);
        const sessionEnds = Math.min(from + each, Date.parse(window.endsAt ?? ""));
        return {
          Version: 1,
          AccessKeyId: `ASIA${id.at(-1)}${attempt}`,
          SecretAccessKey: `secret-${id.at(-1)}${attempt}`,
          SessionToken: `token-${id.at(-1)}${attempt}`,
          Expiration: iso(sessionEnds),
        };
      }),
    release: (id: string) =>
      call(`release ${id.at(-1)}`, () => {
        const grant = find(id);
        if (!["PENDING", "APPROVED", "ACTIVE"].includes(grant.status))
          throw new RefusedError("conflict", `The grant is ${grant.status}.`, "wrong_state");
        const to = grant.status === "ACTIVE" ? "REVOKING" : "CANCELLED";
        close(grant, to, { code: "released", by: "support-assistant" });
        return structuredClone(grant);
      }),
    extend: (id: string, { windowSeconds }: { windowSeconds: number }) =>
      call(`extend ${id.at(-1)}`, () => {
        const base = find(id);
        const next = make(
          { ...(base as unknown as AskBody), windowSeconds },
          // What is not the base's own.
          { extends: id, timeline: [] },
        );
        base.extendedBy = next.id;
        return structuredClone(next);
      }),
  };
  return {
    world,
    broker: broker as unknown as Broker,
    close,
    activate,
    /** The newest grant. */
    last: (): GrantView => {
      const [grant] = world.grants;
      if (!grant) throw new Error("nothing was asked");
      return grant;
    },
  };
}
