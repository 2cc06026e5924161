import * as z from "zod";
import { canonicalSet, type Kind, type Statement, type Target } from "./kind.ts";
import type { AccessName } from "./names.ts";

// The characters S3 calls safe in keys, less `*`, which IAM would read as a wildcard, plus space, `=`, `+`, `@`, `,`, `:`.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines
const KEY_CHARACTERS = /^[A-Za-z0-9!_.'()/=@+,: -]+$/;

const keyPart = z
  .string()
  .min(1, "must not be empty")
  .max(512, "must be at most 512 characters")
  .regex(KEY_CHARACTERS, "has a character that is not allowed (no *, ?, $, %, \\ or control characters)")
  .refine((text) => !text.startsWith("/"), "must not begin with /: it is relative to the resource")
  .refine((text) => !text.includes("//"), "must not contain //")
  .refine(
    (text) => !text.split("/").some((part) => part === "." || part === ".."),
    "must not contain . or .. as a part",
  );

const scope = z
  .strictObject({
    prefix: keyPart.optional(),
    keys: z.array(keyPart).min(1, "must not be empty").max(20, "must name at most 20 keys").optional(),
  })
  .refine(
    (value) => (value.prefix === undefined) !== (value.keys === undefined),
    "must name either a prefix or keys",
  )
  .transform((value) =>
    value.keys ? { keys: canonicalSet(value.keys) } : { prefix: value.prefix as string },
  );

export type S3Scope = z.infer<typeof scope>;

// Actions by access, from the service authorisation reference:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
const OBJECT_ACTIONS: Record<AccessName, readonly string[]> = {
  read: ["s3:GetObject"],
  list: [],
  write: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
};
const LISTS: readonly AccessName[] = ["read", "list"];

const split = (arn: string): { bucket: string; prefix: string } => {
  const path = arn.slice(arn.indexOf(":::") + 3);
  const slash = path.indexOf("/");
  return { bucket: path.slice(0, slash), prefix: path.slice(slash + 1, -1) };
};
const partition = (arn: string): string => arn.split(":")[1] ?? "aws";

/** Full key patterns that a scope stands for: whole keys, or a prefix followed by `*`. */
function keyPatterns(target: Target, chosen: S3Scope | undefined): string[] {
  const { prefix } = split(target.arn);
  if (chosen === undefined) return [`${prefix}*`];
  if ("keys" in chosen) return (chosen.keys as string[]).map((key) => `${prefix}${key}`);
  return [`${prefix}${chosen.prefix}*`];
}

function statements(target: Target, access: AccessName, chosen: S3Scope | undefined): Statement[] {
  const { bucket } = split(target.arn);
  const bucketArn = `arn:${partition(target.arn)}:s3:::${bucket}`;
  const patterns = keyPatterns(target, chosen);
  const result: Statement[] = [];
  const actions = OBJECT_ACTIONS[access];
  const byKey = chosen !== undefined && "keys" in chosen;
  if (actions.length > 0) {
    result.push({
      Effect: "Allow",
      Action: [...actions],
      Resource: patterns.map((key) => `${bucketArn}/${key}`),
    });
  }
  // IAM holds a listing to a prefix, never to one key: reading `2026` must not tell every name that begins with it.
  if (LISTS.includes(access) && !(byKey && access === "read")) {
    // StringLike on s3:prefix: a listing must ask for a prefix inside the scope. Requests without one are refused.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    result.push({
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: [bucketArn],
      Condition: { StringLike: { "s3:prefix": patterns } },
    });
  }
  return result;
}

const VERBS: Record<AccessName, string> = {
  read: "read and list",
  list: "list the names of",
  write: "write or overwrite",
};

/** Objects under a key prefix of one bucket. The resource's ARN is `arn:aws:s3:::bucket/prefix/*`. */
export const s3Prefix: Kind<S3Scope> = {
  scope,
  arn: /^arn:[a-z-]+:s3:::[a-z0-9.{}-]{3,63}(?:\/(?!\.{1,2}\/)[A-Za-z0-9!_.'()=@+,:-]+)+\/\*$/,
  actions: {
    read: ["s3:GetObject", "s3:ListBucket"],
    list: ["s3:ListBucket"],
    write: OBJECT_ACTIONS.write,
  },
  statements,
  describe(target, access, chosen) {
    const { bucket } = split(target.arn);
    return keyPatterns(target, chosen).map((key) =>
      key.endsWith("*") || access === "list"
        ? `${VERBS[access]} every object in bucket ${bucket} whose key begins with ${key.replace(/\*$/, "")}`
        : `${access === "read" ? "read" : VERBS[access]} the object ${key} in bucket ${bucket}`,
    );
  },
  probe(target) {
    const { bucket } = split(target.arn);
    const arn = `arn:${partition(target.arn)}:s3:::${bucket}`;
    return {
      statement: { Effect: "Allow", Action: ["s3:GetBucketLocation"], Resource: [arn] },
      request: { service: "s3", method: "GET", path: `/${bucket}`, query: { location: "" } },
    };
  },
  ceiling: (target, accesses) => accesses.flatMap((access) => statements(target, access, undefined)),
};
