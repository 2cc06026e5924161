import { Duration, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { MOVED } from "../../functions/aws/table/keys.ts";
import { env } from "../../functions/sign-digest/env.ts";
import type { AuditBucket } from "../audit/bucket.ts";
import type { Sender } from "../broker/sender.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { allow } from "../permissions.ts";
import type { Deployment } from "../policy/deployment.ts";
import type { SigningKey } from "../signing-key.ts";

type Props = {
  table: BrokerTable;
  bucket: AuditBucket;
  key: SigningKey;
  sender: Sender;
  record: Deployment["record"];
};

/** Signs each hour of the record. Alone uses the digests' key and adds digests; can change nothing that it signs. */
export class SignDigest extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, bucket, key, sender, record }: Props) {
    const { witnessBucket, witnessAddress } = record;
    const digests = bucket.bucket.arnForObjects("digests/*");
    const all = bucket.bucket.arnForObjects("*");
    const witnessed = Stack.of(scope).formatArn({
      service: "s3",
      region: "",
      account: "",
      resource: `${witnessBucket}/${bucket.bucket.bucketName}/digests/*`,
    });
    super(scope, "sign-digest", {
      description: "Latchkey: sign each hour of the record",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        AUDIT_BUCKET: bucket.bucket.bucketName,
        DIGEST_KEY: key.key.keyArn,
        SENDER: sender.address,
        WITNESS_BUCKET: witnessBucket,
        WITNESS_ADDRESS: witnessAddress,
      },
      permissions: [
        ...table.permitPartitions(
          {
            GetItem: ["DIGEST", "GRANT#*"],
            Query: ["DIGEST", "GRANT#*"],
            PutItem: ["DIGEST", "EVENT#digest-*"],
          },
          MOVED,
        ),
        allow(["s3:ListBucketVersions"], [bucket.bucket.bucketArn]),
        allow(["s3:GetObjectVersion"], [all]),
        allow(["kms:Decrypt"], [bucket.key.keyArn]),
        ...bucket.permitAdding([digests]),
        allow(["kms:GetPublicKey", "kms:Sign"], [key.key.keyArn]),
        ...(witnessBucket === "none" ? [] : [allow(["s3:PutObject"], [witnessed])]),
        ...(witnessAddress === "none" ? [] : [sender.permitSending()]),
      ],
      wildcards: {
        [digests]: "Digests are named by their hour.",
        [all]: "It hashes every object of the record.",
        ...(witnessBucket === "none" ? {} : { [witnessed]: "Digests are named by their hour." }),
      },
      memoryMb: 1024,
      timeoutSeconds: 900,
      reservedConcurrency: 1, // its own, so that it runs when asks flood; two at once would only do the same work
    });

    new Rule(this, "EachHour", {
      description: "Latchkey: each full hour of the record is signed",
      // Ten past: what an hour's functions were still writing is written.
      schedule: Schedule.cron({ minute: "10" }),
      targets: [new LambdaFunction(this, { retryAttempts: 2, maxEventAge: Duration.minutes(30) })],
    });
  }
}
