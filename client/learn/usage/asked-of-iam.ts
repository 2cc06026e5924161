import type { UsedCall } from "../record/use.ts";

/**
 * Operations whose permission has another name, as AWS documents them; the others are called as their action is. One that
 * needs more than one permission, of which the row tells only a part (a copy), has none here, and is proof of nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const OTHERWISE: Record<string, string | undefined> = {
  "s3:HeadObject": "s3:GetObject",
  "s3:SelectObjectContent": "s3:GetObject",
  "s3:ListObjects": "s3:ListBucket",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListParts": "s3:ListMultipartUploadParts",
  "s3:CreateMultipartUpload": "s3:PutObject",
  "s3:UploadPart": "s3:PutObject",
  "s3:CompleteMultipartUpload": "s3:PutObject",
  "s3:CopyObject": undefined,
  "s3:UploadPartCopy": undefined,
  "bedrock:Converse": "bedrock:InvokeModel",
  "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
  "dynamodb:TransactGetItems": "dynamodb:GetItem",
  "dynamodb:TransactWriteItems": undefined,
};

/** Calls that name several things, of which a row keeps the first. */
const OF_SEVERAL = new Set([
  "ssm:GetParameters",
  "ssm:GetParametersByPath",
  "dynamodb:BatchGetItem",
  "dynamodb:BatchWriteItem",
  "dynamodb:TransactGetItems",
]);

/** Of which IAM asks nothing. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const needsNothing = ({ service, action }: UsedCall): boolean =>
  service === "sts" && action === "GetCallerIdentity";

/** What IAM was asked for a call, as far as its row tells; `resource` and `prefix` absent where it does not. */
export type IamAsk = { action: string; resource?: string; prefix?: string };

/** An object, or its bucket where what is asked is of the bucket. */
function s3Resource({ resourceArn = "arn:aws:s3:::", bucket, key }: UsedCall, action: string) {
  if (!bucket) return undefined;
  const partition = resourceArn.split(":")[1] || "aws";
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  if (action === "s3:ListBucket" || action === "s3:GetBucketLocation") return bucketArn;
  return key === undefined ? undefined : `${bucketArn}/${key}`;
}

/** The call in IAM's words; undefined where a row does not tell all that was asked for. */
export function askedOfIam(call: UsedCall): IamAsk | undefined {
  const operation = `${call.service}:${call.action}`;
  const action = operation in OTHERWISE ? OTHERWISE[operation] : operation;
  if (action === undefined) return undefined;
  const resource = call.service === "s3" ? s3Resource(call, action) : call.resourceArn;
  return {
    action,
    ...(resource === undefined || OF_SEVERAL.has(operation) ? {} : { resource }),
    ...(action === "s3:ListBucket" && call.prefix !== undefined ? { prefix: call.prefix } : {}),
  };
}

/** Refused by AWS's authorisation, or after the end: tried, and no use. */
export const isRefused = ({ error = "" }: UsedCall): boolean =>
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden|ExpiredToken|TokenExpired/i.test(error);
