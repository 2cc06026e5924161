import { Duration, Stack } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  StorageClass,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Capability } from "../../functions/core/capabilities.ts";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import type { Deployment } from "../policy/deployment.ts";

/**
 * What would delete an object, let it be deleted earlier, or bring one in past the rules for adding. Denied to everybody:
 * undoing that takes a change of this policy first.
 */
const UNDOING_OBJECTS = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:PutObjectRetention",
  "s3:ReplicateDelete",
  "s3:ReplicateObject",
];
/** What would weaken the bucket itself. Denied to Latchkey's own roles, left to those who administer the account. */
const WEAKENING_BUCKET = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketLogging",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

/** Which function alone adds objects, by the first part of their keys. */
const WRITERS = {
  events: "export-audit",
  quarantine: "export-audit",
  digests: "sign-digest",
  usage: "import-usage",
} as const satisfies Record<string, Capability>;

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
      // Nothing ever expires. What nobody reads any more costs less, and is read as fast and without a fee; objects under
      // 128 KB stay where they are. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
      lifecycleRules: [
        {
          transitions: [
            { storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) },
          ],
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    this.denyUndoing();
    this.denyStrangers();
    this.denyOtherKeys();
    if (targetOf(this).demandNewObjects) this.denyOverwriting();
  }

  /** To add objects under some prefixes: not to read, list or delete. */
  permitAdding(objects: string[]): PolicyStatement[] {
    return [allow(["s3:PutObject"], objects), allow(["kms:GenerateDataKey"], [this.key.keyArn])];
  }

  private denyUndoing(): void {
    const everything = [this.bucket.bucketArn, this.bucket.arnForObjects("*")];
    const ours = { ArnLike: { "aws:PrincipalArn": this.roleArn("latchkey-*") } };
    this.deny("NobodyDeletes", { actions: UNDOING_OBJECTS, resources: everything });
    // A hold may be set by whom the account lets, and lifted by nobody: it is for courts (docs/operations.md).
    this.deny("NobodyLiftsAHold", {
      actions: ["s3:PutObjectLegalHold"],
      resources: [this.bucket.arnForObjects("*")],
      conditions: { StringNotEquals: { "s3:object-lock-legal-hold": "ON" } },
    });
    this.deny("LatchkeyCannotHold", {
      actions: ["s3:PutObjectLegalHold"],
      resources: [this.bucket.arnForObjects("*")],
      conditions: ours,
    });
    this.deny("LatchkeyCannotWeaken", {
      actions: WEAKENING_BUCKET,
      resources: [this.bucket.bucketArn],
      conditions: ours,
    });
  }

  /** Each prefix has one writer, and there is no other prefix. `aws:PrincipalArn` is the role's, whatever its session. */
  private denyStrangers(): void {
    const objects = (prefix: string) => this.bucket.arnForObjects(`${prefix}/*`);
    this.deny("NothingElse", {
      actions: ["s3:PutObject"],
      notResources: Object.keys(WRITERS).map(objects),
    });
    if (!targetOf(this).oneWriterEach) return;
    for (const [prefix, writer] of Object.entries(WRITERS))
      this.deny(`OneWriterOf${prefix[0]?.toUpperCase()}${prefix.slice(1)}`, {
        actions: ["s3:PutObject"],
        resources: [objects(prefix)],
        conditions: { ArnNotEquals: { "aws:PrincipalArn": this.roleArn(names.capability(writer)) } },
      });
  }

  /** Another key could be taken away, and the record with it. A request that names none gets the bucket's own. */
  private denyOtherKeys(): void {
    const header = "s3:x-amz-server-side-encryption";
    const resources = [this.bucket.arnForObjects("*")];
    const unless = (key: string, value: string) => ({
      StringNotEquals: { [key]: value },
      Null: { [key]: "false" },
    });
    this.deny("OnlyItsOwnKey", {
      actions: ["s3:PutObject"],
      resources,
      conditions: unless(`${header}-aws-kms-key-id`, this.key.keyArn),
    });
    this.deny("OnlyKms", { actions: ["s3:PutObject"], resources, conditions: unless(header, "aws:kms") });
    this.deny("NoKeysOfCallers", {
      actions: ["s3:PutObject"],
      resources,
      conditions: { Null: { [`${header}-customer-algorithm`]: "false" } },
    });
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
  private denyOverwriting(): void {
    this.deny("OnlyNewObjects", {
      actions: ["s3:PutObject"],
      resources: [this.bucket.arnForObjects("*")],
      conditions: { Null: { "s3:if-none-match": "true" } },
    });
  }

  private roleArn(name: string): string {
    return Stack.of(this).formatArn({ service: "iam", region: "", resource: "role", resourceName: name });
  }

  private deny(
    sid: string,
    what: {
      actions: string[];
      resources?: string[];
      notResources?: string[];
      conditions?: Record<string, Record<string, string>>;
    },
  ): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({ sid, effect: Effect.DENY, principals: [new AnyPrincipal()], ...what }),
    );
  }
}
