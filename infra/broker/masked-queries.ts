import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** What one masked query may scan at most: some 5 US dollars a terabyte, so 5 cents. */
const SCAN_LIMIT_BYTES = 10_000_000_000;

/**
 * Where `read-masked` asks Athena: a workgroup of its own, and a bucket for results, which are raw. They are deleted with
 * the last page that is read of them; what nobody reads on goes after a day.
 */
export class MaskedQueries extends Construct {
  readonly results: Bucket;
  /** The patterns that `permit` needs, each with its reason. */
  readonly wildcards: Record<string, string>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.results = new Bucket(this, "Results", {
      bucketName: names.maskedResults,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: targetOf(this).enforceTls,
      lifecycleRules: [
        { expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.DESTROY, // nothing in it is meant to last
    });
    acknowledge(
      this.results,
      "AwsSolutions-S1",
      "One function alone may read it, and each read is an event.",
    );
    new CfnWorkGroup(this, "Workgroup", {
      name: names.maskedWorkgroup,
      description: "Latchkey: rows that are masked before anybody sees them",
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: SCAN_LIMIT_BYTES,
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucketName}/results/`,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    });
    this.wildcards = { [this.results.arnForObjects("results/*")]: "Athena names results by their query." };
  }

  /** To query here, and to read and delete what queries leave. https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html */
  permit(): PolicyStatement[] {
    const workgroup = Stack.of(this).formatArn({
      service: "athena",
      resource: "workgroup",
      resourceName: names.maskedWorkgroup,
    });
    return [
      allow(["athena:StartQueryExecution"], [workgroup]),
      allow(["athena:GetQueryExecution", "athena:GetQueryResults"], [targetOf(this).about(workgroup)]),
      allow(["s3:GetBucketLocation"], [this.results.bucketArn]),
      allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [this.results.arnForObjects("results/*")]),
    ];
  }
}
