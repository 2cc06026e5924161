import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LatchkeyError } from "../../../client/errors.ts";
import type { Child } from "../../../client/run/child.ts";
import { type RunDeps, type RunOptions, runWithAccess } from "../../../client/run/run.ts";
import type { Stop } from "../../../client/run/stops.ts";
import { claims, fakeBroker, passing, pause, unavailable } from "../virtual-broker.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T09:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A run of a command that ends when the test says so. */
function opened(options: Parameters<typeof fakeBroker>[0] & { startFails?: Error } = {}) {
  const { startFails, ...rest } = options;
  const fake = fakeBroker(rest);
  const said: string[] = [];
  const forgotten: string[] = [];
  const killed: string[] = [];
  let end: (code: number) => void = () => undefined;
  let closed = 0;
  let on: ((stop: Stop) => void) | undefined;
  const child: Child = {
    ended: new Promise((done) => {
      end = done;
    }),
    kill: (signal) => void killed.push(signal),
  };
  let startedWith: string | undefined;
  const deps: RunDeps = {
    ...{ broker: fake.broker, now: Date.now, pause },
    say: (text) => void said.push(text),
    forget: (id) => void forgotten.push(id),
    waiting: { say: (text) => void said.push(text), close: () => undefined },
    listen: (callback) => {
      on = callback;
      return {
        close: () => {
          on = undefined;
        },
      };
    },
    start: async (_, keys) => {
      if (startFails) throw startFails;
      startedWith = keys.AccessKeyId;
      return { child, close: () => void closed++ };
    },
  };
  const run = (more: Partial<RunOptions> = {}) =>
    runWithAccess(deps, claims, { releaseSeconds: 30, ...more }).catch((error) => error);
  return {
    ...fake,
    ...{ run, said, forgotten, killed },
    end: (code: number) => end(code),
    stop: (signal: NodeJS.Signals, heard = false) => on?.({ signal, heard }),
    isListening: () => on !== undefined,
    startedWith: () => startedWith,
    closed: () => closed,
  };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("latchkey run", () => {
  test("asks, runs the command with the keys, gives the grant back, and ends as the command does", async () => {
    const { run, end, last, startedWith, closed, forgotten, isListening } = opened();
    const running = run();
    await pass(1_000);
    expect(startedWith()).toBe("ASIAa0");
    expect(last().status).toBe("ACTIVE");
    end(7);
    expect(await passing(running)).toBe(7);
    expect(last().closing?.code).toBe("released");
    expect([closed(), forgotten.length, isListening(), vi.getTimerCount()]).toEqual([1, 1, false, 0]);
  });

  test("that is stopped while people are asked takes the ask back", async () => {
    const { run, stop, last, startedWith } = opened({ outcome: "needs_approval" });
    const running = run();
    await pass(3_000);
    stop("SIGINT");
    expect(await passing(running)).toMatchObject({ kind: "interrupted" });
    expect([last().status, startedWith()]).toEqual(["CANCELLED", undefined]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is stopped while the ask itself is under way takes it back", async () => {
    const { run, stop, last } = opened();
    const running = run();
    stop("SIGTERM");
    expect(await passing(running)).toMatchObject({ kind: "interrupted" });
    expect(last().closing?.code).toBe("released");
  });

  describe("whose ask was made, and its answer lost", () => {
    const lost = () => Object.assign(unavailable(), { unheard: true });
    const losing = (times: number) => {
      const all = opened();
      const { ask } = all.broker;
      const keys: (string | undefined)[] = [];
      vi.spyOn(all.broker, "ask").mockImplementation(async (body, once = {}) => {
        keys.push(once.idempotencyKey);
        const grant = await ask(body, once);
        if (keys.length <= times) throw lost();
        return grant;
      });
      return { ...all, keys };
    };

    test("asks once more under the same key, and gives back what that is", async () => {
      const { run, last, keys, world, startedWith } = losing(3);
      expect(await passing(run())).toMatchObject({ kind: "unavailable" });
      expect([last().closing?.code, startedWith(), world.grants.length]).toEqual(["released", undefined, 1]);
      expect(keys.length).toBeGreaterThan(3);
      expect(new Set(keys).size).toBe(1);
      expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(vi.getTimerCount()).toBe(0);
    });

    test("says what it does not know when nobody answers for as long as it tries", async () => {
      const { run, said } = losing(99);
      const from = Date.now();
      expect(await passing(run())).toMatchObject({ kind: "unavailable" });
      expect(Date.now() - from).toBeLessThan(32_000);
      expect(said.at(-1)).toContain("Whether there is a grant is not known");
      expect(said.at(-1)).toContain("its window of 1800 s ends it");
      expect(vi.getTimerCount()).toBe(0);
    });

    test("asks nothing more where the ask never left this machine", async () => {
      const { run, broker } = opened();
      const ask = vi.spyOn(broker, "ask").mockRejectedValue(unavailable());
      expect(await passing(run())).toMatchObject({ kind: "unavailable" });
      expect(ask).toHaveBeenCalledTimes(1);
    });

    test("and that was stopped meanwhile, too", async () => {
      const { run, broker, stop, last } = opened();
      const { ask } = broker;
      vi.spyOn(broker, "ask").mockImplementationOnce(async (body, once = {}) => {
        await ask(body, once);
        return new Promise((_done, fail) => {
          once.signal?.addEventListener("abort", () => fail(once.signal?.reason));
        });
      });
      const running = run();
      await pass(1_000);
      stop("SIGTERM");
      expect(await passing(running)).toMatchObject({ kind: "interrupted" });
      expect(last().closing?.code).toBe("released");
    });
  });

  test("whose --timeout is over takes the ask back, and says so", async () => {
    const { run, last } = opened({ outcome: "needs_approval" });
    const fault = await passing(run({ timeoutSeconds: 60 }));
    expect(fault).toMatchObject({ kind: "pending", message: expect.stringContaining("was taken back") });
    expect(last().status).toBe("CANCELLED");
  });

  test("that a person says no to has nothing to give back", async () => {
    const { run, last, close } = opened({ outcome: "needs_approval" });
    const running = run();
    await pass(1_000);
    close(last(), "REJECTED", { code: "rejected", by: "tomas" });
    expect(await passing(running)).toMatchObject({ kind: "rejected" });
  });

  test("gives back what it got when the command cannot be started at all", async () => {
    const broken = new Error("no port");
    const { run, last } = opened({ startFails: broken });
    expect(await passing(run())).toBe(broken);
    expect(last().closing?.code).toBe("released");
  });

  test("gives back what it got when the keys cannot be collected", async () => {
    const { run, broker, last } = opened();
    const fault = new LatchkeyError("refused", "no");
    vi.spyOn(broker, "credentials").mockRejectedValue(fault);
    expect(await passing(run())).toBe(fault);
    expect(last().closing?.code).toBe("released");
  });

  test("tells the command to stop, and gives back when it has", async () => {
    const { run, stop, end, killed, last } = opened();
    const running = run();
    await pass(1_000);
    stop("SIGTERM");
    await pass(1_000);
    expect([killed, last().status]).toEqual([["SIGTERM"], "ACTIVE"]);
    end(143);
    expect(await passing(running)).toBe(143);
    expect(last().closing?.code).toBe("released");
  });

  test("gives back five seconds after a command was told to stop and goes on, and waits for it still", async () => {
    const { run, stop, end, last } = opened();
    const running = run();
    await pass(1_000);
    stop("SIGTERM");
    await pass(5_200);
    expect(last().closing?.code).toBe("released");
    end(0);
    expect(await passing(running)).toBe(0);
  });

  test("gives back at once when it is stopped twice, and kills the command at the third time", async () => {
    const { run, stop, end, killed, last } = opened();
    const running = run();
    await pass(1_000);
    stop("SIGINT");
    stop("SIGINT");
    await pass(200);
    expect(last().closing?.code).toBe("released");
    stop("SIGINT");
    expect(killed).toEqual(["SIGINT", "SIGINT", "SIGKILL"]);
    end(137);
    expect(await passing(running)).toBe(137);
  });

  test("leaves Ctrl-C at a terminal to the command, which has heard it itself", async () => {
    const { run, stop, end, killed, last } = opened();
    const running = run();
    await pass(1_000);
    for (let times = 0; times < 5; times++) stop("SIGINT", true);
    await pass(60_000);
    expect([killed, last().status]).toEqual([[], "ACTIVE"]);
    end(0);
    expect(await passing(running)).toBe(0);
    expect(last().closing?.code).toBe("released");
  });

  test("tries to give back while the network is away, and has its command's exit code", async () => {
    const { run, end, world, last } = opened();
    const running = run();
    await pass(1_000);
    world.fault = unavailable();
    end(3);
    await pass(10_000);
    expect(last().status).toBe("ACTIVE");
    world.fault = undefined;
    expect(await passing(running)).toBe(3);
    expect(last().closing?.code).toBe("released");
  });

  test("says which moment ends the grant when the network stays away", async () => {
    const { run, end, world, last, said, forgotten } = opened();
    const running = run();
    await pass(1_000);
    world.fault = unavailable();
    end(3);
    const from = Date.now();
    expect(await passing(running)).toBe(3);
    expect(Date.now() - from).toBeLessThan(32_000);
    expect(said.at(-1)).toContain(`its window ends it at ${last().window.endsAt}`);
    expect(forgotten).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is stopped again while it gives back leaves within two seconds", async () => {
    const { run, stop, end, world } = opened();
    const running = run();
    await pass(1_000);
    world.fault = unavailable();
    end(130);
    await pass(1_000);
    const from = Date.now();
    stop("SIGINT", true);
    expect(await passing(running)).toBe(130);
    expect(Date.now() - from).toBeLessThan(3_000);
  });
});
