import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";

/** How long CloudTrail's own files are kept: rows of what mattered in them are in the record, under its lock. */
const KEPT = Duration.days(400);

/** Where CloudTrail delivers, and what each delivery is told to EventBridge of. */
export class TrailBucket extends Construct {
  readonly bucket: Bucket;
  /** The only trail that may deliver here; by name, as a reference would go round in a circle. */
  readonly trailArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { enforceTls, keepData } = targetOf(this);
    this.trailArn = Stack.of(this).formatArn({
      service: "cloudtrail",
      resource: "trail",
      resourceName: names.trail,
    });
    this.bucket = new Bucket(this, "Bucket", {
      bucketName: names.trailBucket,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED, // what CloudTrail encrypts with by itself
      enforceSSL: enforceTls,
      versioned: true,
      lifecycleRules: [{ expiration: KEPT, noncurrentVersionExpiration: Duration.days(30) }],
      removalPolicy: keepData,
    });
    acknowledge(
      this.bucket,
      "AwsSolutions-S1",
      "A log itself: CloudTrail's signed digest files say whether one of its files was changed.",
    );
    // Bucket's own `eventBridgeEnabled` makes a custom resource, a function with a role of its own, for this one property.
    const cfnBucket = this.bucket.node.defaultChild;
    if (cfnBucket instanceof CfnBucket)
      cfnBucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    this.letCloudTrailDeliver();
  }

  /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
  private letCloudTrailDeliver(): void {
    const { account } = Stack.of(this);
    const principals = [new ServicePrincipal("cloudtrail.amazonaws.com")];
    const ourTrail = { "aws:SourceArn": this.trailArn };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "AWSCloudTrailAclCheck",
        principals,
        actions: ["s3:GetBucketAcl"],
        resources: [this.bucket.bucketArn],
        conditions: { StringEquals: ourTrail },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "AWSCloudTrailWrite",
        principals,
        actions: ["s3:PutObject"],
        resources: [this.bucket.arnForObjects(`AWSLogs/${account}/*`)],
        conditions: { StringEquals: { ...ourTrail, "s3:x-amz-acl": "bucket-owner-full-control" } },
      }),
    );
  }
}
