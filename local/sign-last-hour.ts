import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { functionName } from "../functions/core/capabilities.ts";
import type { Admin } from "./start.ts";

/** Has the signer sign the last full hour, as it will at ten past: the record can then be verified from the start. */
export async function signLastHour(admin: Admin): Promise<void> {
  const lambda = new LambdaClient(admin);
  try {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: functionName("sign-digest") }));
    if (answer.FunctionError)
      throw new Error(`The signer failed: ${Buffer.from(answer.Payload ?? []).toString("utf8")}`);
  } finally {
    lambda.destroy();
  }
}
