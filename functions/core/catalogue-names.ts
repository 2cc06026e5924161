import * as z from "zod";

/** How things of the catalogue are named. */
export const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,47}$/, "must be lower-case letters, digits and hyphens");
export const arn = z.string().regex(/^arn:(aws|aws-cn|aws-us-gov):[a-z0-9-]+:[^\s]*$/, "must be an ARN");
export const iamPrincipal = arn.regex(
  /:iam::(\{account\}|\d{12}):(user|role)\/[\w+=,.@/-]+$/,
  "must be the ARN of an IAM user or role",
);
export const classification = z.enum(["public", "internal", "confidential", "restricted"]);
