import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";

const metadata = { $metadata: { httpStatusCode: 400 } };
type Item = Record<string, unknown>;

/** Not a modelled error of DynamoDB's API, so the SDK has no class for it; it throws the service's base class with this name. */
export class ValidationException extends DynamoDBServiceException {
  constructor(message: string) {
    super({ name: "ValidationException", $fault: "client", message, ...metadata });
  }
}

const raw = (item: Item) => marshall(item, { removeUndefinedValues: true });

export function conditionFailed(met: Item | undefined, returnOld: boolean): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    message: "The conditional request failed",
    ...(met && returnOld ? { Item: raw(met) } : {}),
    ...metadata,
  });
}

/** One reason a write of the transaction, in order: `None`, or why it would not have been done. */
export type Reason = {
  code: "None" | "ConditionalCheckFailed" | "TransactionConflict";
  met?: Item | undefined;
};

export function cancelled(reasons: readonly Reason[]): TransactionCanceledException {
  const codes = reasons.map(({ code }) => code).join(", ");
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons.map(({ code, met }) => ({
      Code: code,
      ...(code === "None" ? {} : { Message: "The conditional request failed" }),
      ...(met ? { Item: raw(met) } : {}),
    })),
    ...metadata,
  });
}

export const tokenMismatch = (): IdempotentParameterMismatchException =>
  new IdempotentParameterMismatchException({
    message: "ClientRequestToken was used with another request",
    ...metadata,
  });

/** An AWS service that does not answer: what the SDK throws when its own retries are used up. */
export function timedOut(what = "the service"): Error {
  return Object.assign(new Error(`${what} did not answer in time`), {
    name: "TimeoutError",
    $metadata: { attempts: 3 },
  });
}
