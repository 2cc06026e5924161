import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { CliError, type ExitCode } from "../../exit.ts";
import type { Piece } from "../record/read.ts";
import { type Done, type Setup, workOn } from "./work.ts";

/** A worker is worth its start (Cedar and the policy are loaded in each) from some megabytes on. */
const BYTES_EACH = 2 << 20;

/**
 * A worker of the package, whose file is beside or above the chunk that this is in; or of the source, which needs what runs
 * TypeScript to be started in each thread anew. https://tsx.is/dev-api/register-esm
 */
function openWorker(setup: Setup): Worker {
  const here = import.meta.url;
  if (here.endsWith(".ts")) {
    const tsx = import.meta.resolve("tsx/esm/api");
    const [api, file] = [tsx, new URL("./worker.ts", here).href].map((url) => JSON.stringify(url));
    const code = `import(${api}).then(({ register }) => { register(); return import(${file}); });`;
    return new Worker(code, { eval: true, workerData: setup });
  }
  const found = ["./replay-worker.js", "../replay-worker.js"]
    .map((name) => new URL(name, here))
    .find((url) => existsSync(fileURLToPath(url)));
  if (!found) throw new CliError("The file of the workers is missing: install latchkey again.");
  return new Worker(found, { workerData: setup });
}

type Said = { done: Done[] } | { message: string; exitCode: ExitCode };

/** One piece after the other to one worker, as long as there are any. */
async function lane(worker: Worker, pieces: AsyncIterator<Piece>, took: (done: Done[]) => void) {
  const failed = new Promise<never>((_done, fail) => worker.once("error", fail));
  failed.catch(() => undefined);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    const answer = once(worker, "message") as Promise<[Said]>;
    answer.catch(() => undefined);
    worker.postMessage(next.value);
    const [said] = await Promise.race([answer, failed]);
    if (!("done" in said)) throw new CliError(said.message, said.exitCode);
    took(said.done);
  }
}

/** Pieces until they are worth a second worker, without waiting for more than that. */
async function firstOf(
  pieces: AsyncIterator<Piece>,
  most: number,
): Promise<{ first: Piece[]; isAll: boolean }> {
  const first: Piece[] = [];
  let bytes = 0;
  while (bytes < most) {
    const next = await pieces.next();
    if (next.done) return { first, isAll: true };
    first.push(next.value);
    bytes += "bytes" in next.value ? next.value.bytes.byteLength : next.value.rows.length * 1000;
  }
  return { first, isAll: false };
}

async function* chained(first: readonly Piece[], rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  yield* first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Decides all pieces again, by so many workers; in whatever order they are done. In this thread, where there is little. */
export async function replayPieces(
  pieces: AsyncIterable<Piece>,
  setup: Setup,
  { jobs, took, most = BYTES_EACH }: { jobs: number; took(done: Done[]): void; most?: number },
): Promise<void> {
  const all = pieces[Symbol.asyncIterator]();
  const { first, isAll } = jobs > 1 ? await firstOf(all, most) : { first: [], isAll: true };
  const queue = chained(first, all);
  if (jobs === 1 || isAll) {
    const work = workOn(setup);
    for await (const piece of queue) took(work(piece));
    return;
  }
  const workers = Array.from({ length: jobs }, () => openWorker(setup));
  try {
    await Promise.all(workers.map((worker) => lane(worker, queue, took)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
