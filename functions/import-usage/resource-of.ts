import { parameter, type TrailRecord } from "./record.ts";

type Place = { partition: string; region: string; account: string };
/** The ARN that a value of a parameter stands for, in the place of the call. */
type ArnOf = (value: string, place: Place) => string;

const here = (service: string, type: string): ArnOf => {
  return (value, { partition, region, account }) =>
    `arn:${partition}:${service}:${region}:${account}:${type}${value}`;
};

// Foundation models belong to nobody; an inference profile has the name of one behind that of a geography.
// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
const model: ArnOf = (value, place) =>
  /^(us|us-gov|eu|apac|jp|au|ca|global)\./.test(value)
    ? here("bedrock", "inference-profile/")(value, place)
    : `arn:${place.partition}:bedrock:${place.region}::foundation-model/${value}`;

/** What a call was about, where CloudTrail names no resource of it (management events, mostly): by parameter. */
const PARAMETERS: Record<string, [parameter: string, arnOf: ArnOf][]> = {
  "s3.amazonaws.com": [["bucketName", (value, { partition }) => `arn:${partition}:s3:::${value}`]],
  "dynamodb.amazonaws.com": [["tableName", here("dynamodb", "table/")]],
  "bedrock.amazonaws.com": [
    ["modelId", model],
    ["promptIdentifier", here("bedrock", "prompt/")],
    ["knowledgeBaseId", here("bedrock", "knowledge-base/")],
  ],
  "secretsmanager.amazonaws.com": [["secretId", here("secretsmanager", "secret:")]],
  "ssm.amazonaws.com": [
    ["name", (value, place) => here("ssm", "parameter/")(value.replace(/^\//, ""), place)],
  ],
  "athena.amazonaws.com": [["workGroup", here("athena", "workgroup/")]],
};

const partitionOf = ({ userIdentity }: TrailRecord): string =>
  /^arn:(aws[a-z-]*):/.exec(userIdentity?.arn ?? "")?.[1] ?? "aws";

/**
 * The one resource of a call: the first that CloudTrail names, or the narrower one that lies within it (an index in its
 * bucket); else what its parameters say.
 */
export function resourceOf(record: TrailRecord): string | null {
  const arns = (record.resources ?? []).flatMap(({ ARN }) => ARN ?? []);
  const [first] = arns;
  if (first !== undefined)
    return arns.reduce((found, arn) => (arn.startsWith(`${found}/`) ? arn : found), first);
  const place = {
    partition: partitionOf(record),
    region: record.awsRegion ?? "",
    account: record.recipientAccountId ?? "",
  };
  for (const [name, arnOf] of PARAMETERS[record.eventSource] ?? []) {
    const value = parameter(record, name);
    if (value !== undefined) return value.startsWith("arn:") ? value : arnOf(value, place);
  }
  return null;
}
