import { Aws, Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { DUE, WAITING } from "../../functions/aws/table/keys.ts";
import type { Catalogue } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/sweep/env.ts";
import { accessRoleArns } from "../access-roles/access-role.ts";
import type { Bus } from "../broker/bus.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import { permitAnswering, permitStarting } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";
import { permitAskingAgain } from "./ask-approvers.ts";

type Props = {
  table: BrokerTable;
  machine: StateMachine;
  denyQueue: DenyQueue;
  bus: Bus;
  asker: Alias;
  catalogue: Catalogue;
  externalId: string;
};

/** To look at access roles of this account: what is denied on them, and whether somebody edited them. */
const permitLooking = (scope: Construct, catalogue: Catalogue) =>
  allow(
    ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    accessRoleArns(scope, catalogue),
  );

/** Looks each minute at what is due and puts right what did not happen. Orders denials, never writes IAM. */
export class Sweep extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, machine, denyQueue, bus, asker, catalogue, externalId }: Props) {
    super(scope, "sweep", {
      description: "Latchkey: repair what is overdue",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        STATE_MACHINE_ARN: machine.stateMachineArn,
        DENY_QUEUE_URL: denyQueue.queue.queueUrl,
        ASK_APPROVERS_ARN: asker.functionArn,
        DENY_MARGIN_SECONDS: String(targetOf(scope).denyMarginSeconds),
        BUS_NAME: bus.bus.eventBusName,
        PARKED_QUEUE_URL: bus.parked.queueUrl,
        PARTITION: Aws.PARTITION,
        EXTERNAL_ID: externalId,
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"], DUE, WAITING),
        permitLooking(scope, catalogue),
        permitStarting(scope),
        permitAnswering(scope),
        denyQueue.permitSending(),
        ...bus.permitRepublishing(),
        permitAskingAgain(asker),
      ],
      policy: "engine", // a policy deploy: live grants are looked at under it
      memoryMb: 1024,
      timeoutSeconds: 50,
      reservedConcurrency: 2, // its own, so that it runs when asks flood; two, as a slow run may meet the next
    });

    new Rule(this, "EachMinute", {
      description: "Latchkey: what is overdue is looked at each minute",
      schedule: Schedule.rate(Duration.minutes(1)),
      // A run that failed is not tried again: the next minute's does the same work.
      targets: [new LambdaFunction(this, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
