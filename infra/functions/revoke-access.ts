import { Aws } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Catalogue } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/revoke-access/env.ts";
import { iamArn, otherAccounts } from "../access-roles/access-role.ts";
import { anyAccessRole, permitDenyLists, WHY_ANY } from "../access-roles/permit-deny-lists.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import type { ProbeQueue } from "../broker/probe-queue.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

type Props = {
  table: BrokerTable;
  denyQueue: DenyQueue;
  probeQueue: ProbeQueue;
  catalogue: Catalogue;
  externalId: string;
};

/** Lists that are written at once, each of another role. */
const CAPACITY = 10;

/** Each other account's revoker: the only thing that may be assumed, and nothing where there is no other account. */
const permitRevokers = (scope: Construct, catalogue: Catalogue) =>
  otherAccounts(catalogue).map((account) =>
    allow(["sts:AssumeRole"], [iamArn(scope, "role", names.revoker, account)]),
  );

/** Writes the deny lists. Alone may write IAM, only on access roles, only while they carry their boundary. */
export class RevokeAccess extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, denyQueue, probeQueue, catalogue, externalId }: Props) {
    const { denyMarginSeconds, settleSeconds } = targetOf(scope);
    super(scope, "revoke-access", {
      description: "Latchkey: write the deny lists of access roles",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        PARTITION: Aws.PARTITION,
        EXTERNAL_ID: externalId,
        PROBE_QUEUE_URL: probeQueue.queue.queueUrl,
        DENY_MARGIN_SECONDS: String(denyMarginSeconds),
        SETTLE_SECONDS: String(settleSeconds),
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"]),
        denyQueue.permitConsuming(),
        probeQueue.permitSending(),
        ...permitDenyLists(scope),
        ...permitRevokers(scope, catalogue),
      ],
      wildcards: { [anyAccessRole(scope)]: WHY_ANY },
      policy: "bundle",
      timeoutSeconds: 60,
      reservedConcurrency: CAPACITY, // its own: denials are written while everything else is busy (I-34)
    });

    new EventSourceMapping(this, "Orders", {
      target: this,
      eventSourceArn: denyQueue.queue.queueArn,
      batchSize: 10,
      // As many as have capacity: what is throttled counts as received, and would end among the dead letters.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
      maxConcurrency: CAPACITY,
      reportBatchItemFailures: true,
    });
  }
}
