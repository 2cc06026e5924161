import { Aws } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { env } from "../../functions/stops-api/env.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import { permitAnswering } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable; denyQueue: DenyQueue };

/** Revokes, sets lockdowns and lifts them. Orders denials; can neither mint, open a seal, mail nor write IAM. */
export class StopsApi extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, denyQueue }: Props) {
    super(scope, "stops-api", {
      description: "Latchkey: revoke grants, set and lift lockdowns",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        DENY_QUEUE_URL: denyQueue.queue.queueUrl,
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"]),
        denyQueue.permitSending(),
        permitAnswering(scope), // a grant that is stopped while it waits for people wakes its workflow
      ],
      policy: "bundle",
      memoryMb: 1024,
      timeoutSeconds: 28, // API Gateway's patience: a lockdown of very many grants takes the longest
      reservedConcurrency: 50, // its own, so that it answers while everything else is busy, a flood of revocations too (I-34)
    });
  }
}
