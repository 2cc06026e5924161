import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import type { WorkflowState } from "../core/grant/schedule.ts";

// For the same name and input AWS answers as if it had started the execution that runs already, with its start date.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
const JUST_NOW_MS = 30_000;

/**
 * Starts a grant's workflow; the execution's name is the grant's id, so that there is one (I-39). `run`, from 2 on, is of one
 * that takes the place of a workflow that died: a name is not to be had again for 90 days.
 */
export type StartWorkflow = (state: WorkflowState, run?: number) => Promise<"started" | "exists">;

export function openWorkflow(stateMachineArn: string): StartWorkflow {
  const sfn = new SFNClient({});
  return async (state, run = 1) => {
    const name = run === 1 ? state.grantId : `${state.grantId}-${run}`;
    try {
      const { startDate } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(state) }),
      );
      return startDate && startDate.getTime() < Date.now() - JUST_NOW_MS ? "exists" : "started";
    } catch (fault) {
      if (fault instanceof ExecutionAlreadyExists) return "exists";
      throw fault;
    }
  };
}

/** Tells a waiting workflow what comes next. A token that is used, timed out or unknown is not an error: the table is the truth. */
export type TellWorkflow = (taskToken: string, state: WorkflowState) => Promise<"told" | "gone">;

export function openTeller(): TellWorkflow {
  const sfn = new SFNClient({});
  return async (taskToken, state) => {
    try {
      await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(state) }));
      return "told";
    } catch (fault) {
      if (fault instanceof TaskTimedOut || fault instanceof TaskDoesNotExist || fault instanceof InvalidToken)
        return "gone";
      throw fault;
    }
  };
}
