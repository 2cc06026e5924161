import { shortened } from "../core/actions/fault-text.ts";

/** What came of a call, for the record. `detail` never repeats a parameter. */
export type Came = { result: "done" | "failed" | "unknown"; detail: string };

/** What a look at AWS shows of an earlier try whose answer nobody has: never guessed. */
export type Found = Came | "not_done";

/** What stopping came to. `none`: there is no job of this grant. */
export type Stop = "stopped" | "over" | "none";

/** The hands of a performer: the only code that calls AWS for an action. */
export type Effect<Call> = {
  /** Makes the one call. Throws when its answer is not known. */
  act(call: Call): Promise<Came>;
  /** What became of an earlier `act` with the same call. */
  look(call: Call): Promise<Found>;
  /** Only where what was started goes on by itself. */
  stop?(call: Call): Promise<Stop>;
};

type ServiceFault = Error & { $fault?: string; $metadata?: { httpStatusCode?: number } };

export const isFault = (fault: unknown, ...names: string[]): fault is Error =>
  fault instanceof Error && names.includes(fault.name);

/**
 * True when AWS answered that it did not do it: an error of the caller's making. A timeout, a fault of the service and a
 * throttle may be followed by another try; the first two may have done it.
 * https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-smithy-client/Class/ServiceException/
 */
function isRefusal(fault: unknown): fault is ServiceFault {
  const { $fault, $metadata } = (fault ?? {}) as ServiceFault;
  const status = $metadata?.httpStatusCode ?? 0;
  return fault instanceof Error && $fault === "client" && status >= 400 && status < 500 && status !== 429;
}

const THROTTLES = /thrott|toomanyrequests|requestlimit|slowdown|requesttimeout/i;

/** Makes a call; a refusal of AWS is an outcome, all else that goes wrong is thrown on. */
export async function orRefused(parameters: unknown, call: () => Promise<Came>): Promise<Came> {
  try {
    return await call();
  } catch (fault) {
    if (!isRefusal(fault) || THROTTLES.test(fault.name)) throw fault;
    return { result: "failed", detail: shortened(fault, parameters) };
  }
}
