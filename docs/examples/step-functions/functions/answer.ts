import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Failure } from "./failure.ts";

/** Ends the wait of one state: with success, or with the failure that is given. */
export type Answer = (taskToken: string, failure?: Failure) => Promise<void>;

/** Somebody was quicker, or the wait is over: a token is good for one answer. */
const ANSWERED = ["TaskTimedOut", "TaskDoesNotExist"];

export function openAnswer(): Answer {
  const sfn = new SFNClient({});
  return async (taskToken, failure) => {
    const command = failure
      ? new SendTaskFailureCommand({ taskToken, error: failure.error, cause: failure.cause })
      : new SendTaskSuccessCommand({ taskToken, output: "{}" });
    try {
      await sfn.send(command as SendTaskSuccessCommand);
    } catch (fault) {
      if (!(fault instanceof Error && ANSWERED.includes(fault.name))) throw fault;
    }
  };
}
