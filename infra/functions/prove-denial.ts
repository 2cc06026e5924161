import { Aws } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { PROBE_NAMES } from "../../functions/core/access-trust.ts";
import { env } from "../../functions/prove-denial/env.ts";
import type { ProbeQueue } from "../broker/probe-queue.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";

type Props = { table: BrokerTable; probeQueue: ProbeQueue; externalId: string; accessRoleArns: string[] };

/** Batches that are probed at once. */
const CAPACITY = 10;

/** Proves denials by calls that are refused. May assume access roles only as a probe; says REVOKED and nothing else. */
export class ProveDenial extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, probeQueue, externalId, accessRoleArns }: Props) {
    const { settleSeconds, where } = targetOf(scope);
    super(scope, "prove-denial", {
      description: "Latchkey: prove that revoked sessions are refused",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        PARTITION: Aws.PARTITION,
        EXTERNAL_ID: externalId,
        PROBE_QUEUE_URL: probeQueue.queue.queueUrl,
        SETTLE_SECONDS: String(settleSeconds),
      },
      permissions: [
        ...table.permit(["GetItem", "PutItem", "UpdateItem"]),
        probeQueue.permitConsuming(),
        probeQueue.permitSending(), // the next round
        allow(
          ["sts:AssumeRole"],
          accessRoleArns,
          where({ StringLike: { "sts:RoleSessionName": PROBE_NAMES } }),
        ),
      ],
      timeoutSeconds: 60,
      reservedConcurrency: CAPACITY, // its own, as the revoker's (I-34)
    });

    new EventSourceMapping(this, "Rounds", {
      target: this,
      eventSourceArn: probeQueue.queue.queueArn,
      batchSize: 10,
      // As many as have capacity: what is throttled counts as received, and would end among the dead letters.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
      maxConcurrency: CAPACITY,
      reportBatchItemFailures: true,
    });
  }
}
