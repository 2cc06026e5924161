import { Aws } from "aws-cdk-lib";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { env } from "../../functions/decisions-api/env.ts";
import { permitAnswering } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { permitAskingAgain } from "./ask-approvers.ts";

type Props = { table: BrokerTable; asker: Alias };

/** People's signed decisions, resends and reviews. Wakes the workflow; can neither mail, mint nor write IAM. */
export class DecisionsApi extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, asker }: Props) {
    super(scope, "decisions-api", {
      description: "Latchkey: decisions of people with an IAM identity",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        ASK_APPROVERS_ARN: asker.functionArn,
      },
      permissions: [
        // Query finds lockdowns; DeleteItem closes a review; UpdateItem counts repeated refusals (I-59).
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"]),
        permitAnswering(scope),
        permitAskingAgain(asker),
      ],
      policy: "engine",
      memoryMb: 1024,
      timeoutSeconds: 28, // API Gateway waits a second longer
    });
  }
}
