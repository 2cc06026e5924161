import "../../policy/steady.ts";

import { parentPort, workerData } from "node:worker_threads";
import { CliError } from "../../exit.ts";
import type { Piece } from "../record/read.ts";
import { type Setup, workOn } from "./work.ts";

/** What a worker answers to a piece: what it made of it, or what is wrong with it, in one sentence with its exit code. */
const work = workOn(workerData as Setup);
parentPort?.on("message", (piece: Piece) => {
  try {
    parentPort?.postMessage({ done: work(piece) });
  } catch (fault) {
    const { message, exitCode } = fault instanceof CliError ? fault : new CliError(String(fault));
    parentPort?.postMessage({ message, exitCode });
  }
});
