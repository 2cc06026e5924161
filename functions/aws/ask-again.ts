import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { AgainInput, TellInput } from "../core/grant/schedule.ts";

/** Has a stage's people mailed again, or told that they were passed over. Accepted is not sent: the function runs after the answer, and is tried again by Lambda. */
export type AskAgain = (input: AgainInput | TellInput) => Promise<void>;

export function openAskAgain(functionArn: string): AskAgain {
  const lambda = new LambdaClient({});
  return async (input) => {
    await lambda.send(
      new InvokeCommand({
        FunctionName: functionArn,
        InvocationType: "Event",
        Payload: new TextEncoder().encode(JSON.stringify(input)),
      }),
    );
  };
}
