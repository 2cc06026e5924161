import { Duration, Stack } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import type { Deployment } from "../policy/deployment.ts";

/** What would delete an object or let it be deleted earlier. Denied to everybody: undoing that takes a change of this policy first. */
const UNDOING_OBJECTS = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:PutObjectLegalHold",
  "s3:PutObjectRetention",
];
/** What would weaken the bucket itself. Denied to Latchkey's own roles, left to those who administer the account. */
const WEAKENING_BUCKET = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
];

const LOCKS = { GOVERNANCE: ObjectLockRetention.governance, COMPLIANCE: ObjectLockRetention.compliance };

/** Where the record is: versioned, locked, encrypted under a key of its own; nobody may delete (I-54). */
export class AuditBucket extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, lock: Deployment["auditLock"]) {
    super(scope, id);
    const { enforceTls, keepData } = targetOf(this);
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: enforceTls,
      removalPolicy: keepData,
    };
    this.key = new Key(this, "Key", {
      alias: names.keyAlias("audit"),
      description: "Latchkey: encrypts the audit record",
      enableKeyRotation: true,
      removalPolicy: keepData,
    });
    // Reads of the record are recorded as well (I-59).
    const accessLog = new Bucket(this, "AccessLog", {
      ...common,
      bucketName: names.accessLogBucket,
      encryption: BucketEncryption.S3_MANAGED, // the only kind that S3 writes its access logs to
      lifecycleRules: [{ expiration: Duration.days(400) }],
    });
    acknowledge(accessLog, "AwsSolutions-S1", "It is the bucket that access logs go to.");
    this.bucket = new Bucket(this, "Bucket", {
      ...common,
      bucketName: names.auditBucket,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: LOCKS[lock.mode](Duration.days(lock.days)),
      serverAccessLogsBucket: accessLog,
      serverAccessLogsPrefix: "audit/",
    });
    this.denyUndoing();
    if (targetOf(this).demandNewObjects) this.denyOverwriting();
  }

  /** To add objects under some prefixes: not to read, list or delete. */
  permitAdding(objects: string[]): PolicyStatement[] {
    return [allow(["s3:PutObject"], objects), allow(["kms:GenerateDataKey"], [this.key.keyArn])];
  }

  private denyUndoing(): void {
    const resources = [this.bucket.bucketArn, this.bucket.arnForObjects("*")];
    const ours = Stack.of(this).formatArn({
      service: "iam",
      region: "",
      resource: "role",
      resourceName: "latchkey-*",
    });
    this.deny("NobodyDeletes", { actions: UNDOING_OBJECTS, resources });
    this.deny("LatchkeyCannotWeaken", {
      actions: WEAKENING_BUCKET,
      resources: [this.bucket.bucketArn],
      conditions: { ArnLike: { "aws:PrincipalArn": ours } },
    });
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
  private denyOverwriting(): void {
    this.deny("OnlyNewEvents", {
      actions: ["s3:PutObject"],
      resources: [this.bucket.arnForObjects("events/*"), this.bucket.arnForObjects("quarantine/*")],
      conditions: { Null: { "s3:if-none-match": "true" } },
    });
  }

  private deny(
    sid: string,
    what: { actions: string[]; resources: string[]; conditions?: Record<string, Record<string, string>> },
  ): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({ sid, effect: Effect.DENY, principals: [new AnyPrincipal()], ...what }),
    );
  }
}
