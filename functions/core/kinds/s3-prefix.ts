import * as z from "zod";
import { allow, canonicalSet, type Kind, type Statement, type Target } from "./kind.ts";
import { keyUse, kmsKey } from "./kms.ts";
import type { AccessName } from "./names.ts";
import { bucketOf, keyPart, prefixArn } from "./scopes.ts";

const scope = z
  .strictObject({
    prefix: keyPart.optional().describe("text that keys begin with, after the resource's own prefix"),
    keys: z
      .array(keyPart)
      .min(1, "must not be empty")
      .max(20, "must name at most 20 keys")
      .optional()
      .describe("whole keys, after the resource's own prefix; either these or a prefix"),
  })
  .refine(
    (value) => (value.prefix === undefined) !== (value.keys === undefined),
    "must name either a prefix or keys",
  )
  .transform((value) =>
    value.keys ? { keys: canonicalSet(value.keys) } : { prefix: value.prefix as string },
  );
type S3Scope = z.infer<typeof scope>;

const settings = z.strictObject({ kmsKey: kmsKey.optional() });
type S3Target = Target<z.infer<typeof settings>>;

const OBJECT_ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: ["s3:GetObject"],
  write: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
};
// An upload in parts reads the key of its earlier parts, and so decrypts.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
const KEY_ACTIONS: Partial<Record<AccessName, readonly string[]>> = {
  read: ["kms:Decrypt"],
  write: ["kms:Decrypt", "kms:GenerateDataKey"],
};

/** Full key patterns that a scope stands for: whole keys, or a prefix followed by `*`. */
function keyPatterns(target: { arn: string }, chosen: S3Scope | undefined): string[] {
  const { prefix } = bucketOf(target.arn);
  if (chosen === undefined) return [`${prefix}*`];
  if ("keys" in chosen) return (chosen.keys as string[]).map((key) => `${prefix}${key}`);
  return [`${prefix}${chosen.prefix}*`];
}

function statements(target: S3Target, access: AccessName, chosen: S3Scope | undefined): Statement[] {
  const { bucketArn } = bucketOf(target.arn);
  const { kmsKey: key } = target.settings;
  const patterns = keyPatterns(target, chosen);
  const objects = OBJECT_ACTIONS[access];
  // IAM holds a listing to a prefix, never to one key: reading `2026` must not tell every name that begins with it.
  const lists = access === "list" || (access === "read" && !(chosen && "keys" in chosen));
  const uses = KEY_ACTIONS[access];
  return [
    ...(objects
      ? [
          allow(
            objects,
            patterns.map((pattern) => `${bucketArn}/${pattern}`),
          ),
        ]
      : []),
    // StringLike on s3:prefix: a listing must ask for a prefix inside the scope. Requests without one are refused.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    ...(lists ? [allow(["s3:ListBucket"], [bucketArn], { StringLike: { "s3:prefix": patterns } })] : []),
    // The context is the object's ARN, or the bucket's where it has a bucket key; S3 alone says which objects may be had.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
    ...(key && uses
      ? [keyUse(key, { actions: uses, service: "s3", context: { "aws:s3:arn": [bucketArn, target.arn] } })]
      : []),
  ];
}

const VERBS: Partial<Record<AccessName, string>> = {
  read: "read and list",
  list: "list the names of",
  write: "write or overwrite",
};

/** Objects under a key prefix of one bucket. The resource's ARN is `arn:aws:s3:::bucket/prefix/*`. */
export const s3Prefix: Kind<S3Scope, z.infer<typeof settings>> = {
  title: "Objects under a prefix of an S3 bucket",
  scope,
  settings,
  arn: prefixArn,
  end: "/*",
  actions: {
    read: ["s3:GetObject", "s3:ListBucket"],
    list: ["s3:ListBucket"],
    write: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
  },
  references: ["https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"],
  statements,
  describe(target, access, chosen) {
    const { bucket } = bucketOf(target.arn);
    return keyPatterns(target, chosen).map((key) =>
      key.endsWith("*") || access === "list"
        ? `${VERBS[access]} every object in bucket ${bucket} whose key begins with ${key.replace(/\*$/, "")}`
        : `${access === "read" ? "read" : VERBS[access]} the object ${key} in bucket ${bucket}`,
    );
  },
  probe({ arn }) {
    const { bucket, bucketArn } = bucketOf(arn);
    return {
      statement: allow(["s3:GetBucketLocation"], [bucketArn]),
      request: { service: "s3", method: "GET", path: `/${bucket}`, query: { location: "" } },
    };
  },
  examples: [
    { arn: "arn:aws:s3:::claims/open/*", access: "read", scope: { prefix: "2026/" } },
    { arn: "arn:aws:s3:::claims/open/*", access: "write", scope: { keys: ["2026/report.csv"] } },
    {
      arn: "arn:aws:s3:::claims/open/*",
      settings: { kmsKey: "arn:aws:kms:{region}:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
      access: "read",
    },
  ],
  notes: [
    "Reading by `keys` lists nothing: IAM holds a listing to a prefix, never to one key.",
    "`prefix` is text that keys begin with, not a folder: end it with `/` to mean a folder.",
  ],
};
