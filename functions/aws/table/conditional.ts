import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** Awaits one conditional write: false when its condition did not hold. Every other fault is thrown on. */
export async function held(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return false;
    throw fault;
  }
}
