import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";

/** What a pipeline is told: the outcome of its action, or why there is none. */
export type Told =
  | { ok: true; output: Record<string, unknown> }
  | { ok: false; error: string; cause: string };
/** Answers a state of somebody's pipeline. One that does not wait any more is not an error. */
export type AnswerPipeline = (taskToken: string, told: Told) => Promise<"told" | "gone">;

export function openPipelines(): AnswerPipeline {
  const sfn = new SFNClient({});
  return async (taskToken, told) => {
    try {
      if (told.ok)
        await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(told.output) }));
      else {
        const { error, cause } = told;
        await sfn.send(new SendTaskFailureCommand({ taskToken, error, cause }));
      }
      return "told";
    } catch (fault) {
      if (fault instanceof TaskTimedOut || fault instanceof TaskDoesNotExist || fault instanceof InvalidToken)
        return "gone";
      throw fault;
    }
  };
}
