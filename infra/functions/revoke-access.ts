import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { env } from "../../functions/revoke-access/env.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";

type Props = { table: BrokerTable; denyQueue: DenyQueue; accessRoleArns: string[]; boundaryArns: string[] };

/** Writes the deny lists. Alone may write IAM, only on access roles, only while they carry the boundary. */
export class RevokeAccess extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, denyQueue, accessRoleArns, boundaryArns }: Props) {
    const { denyMarginSeconds, where } = targetOf(scope);
    super(scope, "revoke-access", {
      description: "Latchkey: write the deny lists of access roles",
      env,
      environment: { TABLE_NAME: table.table.tableName, DENY_MARGIN_SECONDS: String(denyMarginSeconds) },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"]),
        denyQueue.permitConsuming(),
        // IAM has no condition key for a policy's name, so the roles are what is limited.
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
        allow(
          ["iam:DeleteRolePolicy", "iam:PutRolePolicy"],
          accessRoleArns,
          where({ StringEquals: { "iam:PermissionsBoundary": boundaryArns } }),
        ),
        allow(["iam:GetRolePolicy"], accessRoleArns),
      ],
      timeoutSeconds: 60,
      reservedConcurrency: 10, // its own: denials are written while everything else is busy (I-34)
    });

    new EventSourceMapping(this, "Orders", {
      target: this,
      eventSourceArn: denyQueue.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
  }
}
