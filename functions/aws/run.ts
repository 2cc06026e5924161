import type { Context } from "aws-lambda";
import { readable } from "../core/stored.ts";
import { takeCounts } from "./calls.ts";
import { faultFields, log } from "./log.ts";

/**
 * Wraps a task function: one line a run, with the grant and what it cost. A fault is logged by name and thrown on, so
 * that the workflow's Retry or the queue's redelivery sees it.
 */
export function run<I, O>(
  work: (input: I) => Promise<O>,
  grantOf: (input: I) => string | undefined = () => undefined,
) {
  return async (input: I, _context?: Context): Promise<O> => {
    takeCounts();
    const grantId = grantOf(input);
    try {
      const output = await work(readable(input));
      log("run.done", { grantId, ...takeCounts() });
      return output;
    } catch (fault) {
      log("run.failed", { grantId, ...faultFields(fault), ...takeCounts() });
      throw fault;
    }
  };
}
