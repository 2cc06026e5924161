import * as z from "zod";
import { UNSAFE } from "../../unsafe.ts";

const BUCKET = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";

export const bucket = z.string().regex(new RegExp(`^${BUCKET}$`), "must be the name of a bucket");

/** An S3 location as jobs take it. No wildcard, variable, escape or step upwards: it is compared as text. */
export const s3Uri = z
  .string()
  .max(1_024)
  .regex(new RegExp(`^s3://${BUCKET}/[A-Za-z0-9!_.()/=+-]*$`), "must be s3://bucket/key in plain characters")
  .refine((uri) => !/\/\.{1,2}(\/|$)/.test(uri), "must have no . or .. in its path");

/** Where things may be, in a type's limits: `s3://bucket/` or `s3://bucket/prefix/`. */
export const s3Place = s3Uri.refine((uri) => uri.endsWith("/"), "must end with /");

/** An object's key, literally. What shows as nothing has no place in what people approve. */
export const objectKey = z
  .string()
  .min(1)
  .max(1_024)
  .refine((key) => key.search(UNSAFE) < 0, "must have no invisible characters");

export const jobRole = z
  .string()
  .regex(
    /^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    "must be the ARN of an IAM role",
  );

/** Text, as both services take it: a number has more than one way to be written. */
export const hyperparameters = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,256}$/, "must be a plain name"),
    z.string("must be text: quote numbers").max(2_500),
  )
  .refine((all) => Object.keys(all).length <= 100, "must be at most 100");

/** The parts of an S3 place, for an ARN. */
export function placeParts(place: string): { bucket: string; prefix: string } {
  const [, name = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  return { bucket: name, prefix };
}

export const names = <T extends z.ZodType>(each: T) => z.array(each).min(1).max(50);
