import { Aws } from "aws-cdk-lib";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { BY_AGENT, WAITING } from "../../functions/aws/table/keys.ts";
import { env } from "../../functions/grants-api/env.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import { permitAnswering, permitStarting } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { permitAskingAgain } from "./ask-approvers.ts";

type Props = { table: BrokerTable; machine: StateMachine; denyQueue: DenyQueue; asker: Alias };

/** Asks, lists, releases. Can start a workflow and order a denial; can neither mint nor write IAM. */
export class GrantsApi extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, machine, denyQueue, asker }: Props) {
    super(scope, "grants-api", {
      description: "Latchkey: ask for grants, look at them, release them",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        STATE_MACHINE_ARN: machine.stateMachineArn,
        DENY_QUEUE_URL: denyQueue.queue.queueUrl,
        ASK_APPROVERS_ARN: asker.functionArn,
      },
      permissions: [
        ...table.permit(
          ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
          BY_AGENT,
          WAITING,
        ),
        permitStarting(scope),
        permitAnswering(scope), // a grant that is released while it waits wakes its workflow
        denyQueue.permitSending(),
        permitAskingAgain(asker), // who was passed over is told
      ],
      policy: "engine",
      memoryMb: 1024,
      timeoutSeconds: 28, // API Gateway waits a second longer
      reservedConcurrency: 50, // its own and no more: a flood of asks leaves the rest of the account to whoever stops things
    });
  }
}
