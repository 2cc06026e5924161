import { Logger } from "@aws-lambda-powertools/logger";
import { type LogCode, type LogFields, logEvents } from "../core/log-events.ts";

const logger = new Logger({ serviceName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "latchkey" });

const WARNINGS =
  /failed|refused|quarantined|not_|repaired|clock_off|drifted|unproven|cut_off|edited|unreadable|broken|deleted|overwritten|missing/;

/** One structured line from the registry. The run's counters are appended once, when the run ends. */
export type Log = (code: LogCode, fields?: LogFields) => void;

export const log: Log = (code, fields = {}) => {
  const line = { code, ...fields };
  if (WARNINGS.test(code)) logger.warn(logEvents[code], line);
  else logger.info(logEvents[code], line);
};

/** A fault's name and message for the log. SDK messages hold no secrets of ours; bodies and stacks are left out. */
export function faultFields(fault: unknown): LogFields {
  if (fault instanceof Error) return { fault: fault.name, because: fault.message.slice(0, 500) };
  return { fault: "unknown" };
}
