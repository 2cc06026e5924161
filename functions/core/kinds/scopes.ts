import * as z from "zod";

// The characters S3 calls safe in keys, less `*`, which IAM would read as a wildcard, plus space, `=`, `+`, `@`, `,`, `:`.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines
const KEY_CHARACTERS = /^[A-Za-z0-9!_.'()/=@+,: -]+$/;

/** A part of an S3 key: what is before it is the resource's own. */
export const keyPart = z
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

/** For kinds of which there is no smaller part. */
export const noScope = z.never("must be absent: this kind has no narrower part");

/** For kinds of which the ARN says everything. */
export const noSettings = z.strictObject({});

/** The ARN of objects under a prefix, as the catalogue writes it. */
export const prefixArn =
  /^arn:[a-z-]+:s3:::[a-z0-9.{}-]{3,63}(?:\/(?!\.{1,2}\/)[A-Za-z0-9!_.'()=@+,:-]+)+\/\*$/;

/** Bucket and prefix (with its slash) of such an ARN. */
export function bucketOf(arn: string): { bucket: string; bucketArn: string; prefix: string } {
  const slash = arn.indexOf("/");
  const bucketArn = arn.slice(0, slash);
  return {
    bucket: bucketArn.slice(bucketArn.lastIndexOf(":") + 1),
    bucketArn,
    prefix: arn.slice(slash + 1, -1),
  };
}
