// Stryker's runner starts a thread for every mutant, in which the SDK, Cedar and the policy take seconds to load, for
// tests of milliseconds. Here the thread stays from one mutant to the next: modules are loaded once, and only test files
// anew (as vitest itself does in a thread that runs several files without isolation).
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest } from "vitest/node";
import { ThreadsPoolWorker } from "vitest/node";

// What a mutant left behind in a module's state is gone after so many runs at the latest: at once, where a part says so.
const { runsOfThread = 40 } = JSON.parse(process.env.LATCHKEY_MUTATION ?? "{}");

type Listener = (argument: unknown) => void;

let warm: ThreadsPoolWorker | undefined;
let runs = 0;

/** One run's hold of the thread. Runs come one after the other, for Stryker sets one worker; the next may begin before this one is told to stop. */
class WarmWorker implements PoolWorker {
  readonly name = "warm";
  readonly #options: PoolOptions;
  readonly #listeners: [string, Listener][] = [];
  #thread: ThreadsPoolWorker;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#thread = warm ?? new ThreadsPoolWorker(options);
  }

  async start(): Promise<void> {
    runs += 1;
    if (runs % runsOfThread === 0) {
      await warm?.stop();
      warm = undefined;
    }
    const thread = warm ?? new ThreadsPoolWorker(this.#options);
    await thread.start();
    if (warm !== thread)
      thread.on("exit", () => {
        // One that died is no thread for the next mutant.
        if (warm === thread) warm = undefined;
      });
    warm = thread;
    this.#thread = thread;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener]);
    this.#thread.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    if (warm === this.#thread) this.#thread.off(event, listener);
  }

  send(message: WorkerRequest): void {
    if (message.type !== "stop") {
      this.#thread.send(message);
      return;
    }
    // Nothing stops: the answer is what the thread would say.
    for (const [event, listener] of this.#listeners)
      if (event === "message") listener({ type: "stopped", __vitest_worker_response__: true });
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners) this.off(event, listener);
  }
}

export const warmWorker: PoolRunnerInitializer = {
  name: "warm",
  createPoolWorker: (options) => new WarmWorker(options),
};
