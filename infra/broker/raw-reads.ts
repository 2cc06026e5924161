import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { PolicyStatement as Statement } from "aws-cdk-lib/aws-iam";
import type { Resource } from "../../functions/core/catalogue.ts";
import { nameIn, partsOf } from "../../functions/core/kinds/arn.ts";
import { keyUse } from "../../functions/core/kinds/kms.ts";
import type { KindName } from "../../functions/core/kinds/names.ts";
import { bucketOf } from "../../functions/core/kinds/scopes.ts";
import { allow } from "../permissions.ts";

type Reads = (resource: Resource) => PolicyStatement[];

const setting = ({ settings }: Resource, name: string): string => String(settings?.[name] ?? "");

/** The key of the data, where it has one of its own: only in the name of the service that has the data. */
function decrypting(
  resource: Resource,
  service: string,
  context: Record<string, string[]>,
): PolicyStatement[] {
  const key = setting(resource, "kmsKey");
  if (key === "") return [];
  return [Statement.fromJson(keyUse(key, { actions: ["kms:Decrypt"], service, context }))];
}

const objectsUnder = (arn: string): PolicyStatement[] => {
  const { bucketArn, prefix } = bucketOf(arn);
  return [
    allow(["s3:GetObject"], [arn]),
    allow(["s3:ListBucket"], [bucketArn], { StringLike: { "s3:prefix": [`${prefix}*`] } }),
  ];
};

const files: Reads = (resource) => [
  ...objectsUnder(resource.arn),
  ...decrypting(resource, "s3", { "aws:s3:arn": [bucketOf(resource.arn).bucketArn, resource.arn] }),
];

const items: Reads = (resource) => {
  const { arn, settings } = resource;
  const indexes = [settings?.indexes ?? []].flat().map((name) => `${arn}/index/${name}`);
  return [
    allow(["dynamodb:Query", "dynamodb:Scan"], [arn, ...indexes]),
    ...decrypting(resource, "dynamodb", { "aws:dynamodb:tableName": [nameIn(arn)] }),
  ];
};

const query: Reads = (resource) => {
  const { arn } = resource;
  const catalog = arn.slice(0, arn.indexOf(":table/"));
  const [, database] = partsOf(arn).rest.split("/");
  const location = setting(resource, "location");
  return [
    allow(
      ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
      // Athena looks at the default database whichever it queries.
      // https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html#full-access-to-default-db-per-region
      [`${catalog}:catalog`, `${catalog}:database/default`, `${catalog}:database/${database}`, arn],
    ),
    ...objectsUnder(location),
    ...decrypting(resource, "s3", { "aws:s3:arn": [bucketOf(location).bucketArn, location] }),
  ];
};

const byKind: Partial<Record<KindName, Reads>> = {
  "s3-prefix": files,
  "dynamodb-table": items,
  "glue-table": query,
};

/** To read everything of a resource whose rows are given masked. `read-masked` alone has this; there is no other way in. */
export const permitRaw = (resource: Resource): PolicyStatement[] => byKind[resource.kind]?.(resource) ?? [];

/** The objects among them, by pattern: why each has to be one. */
export const rawPatterns = (resource: Resource): Record<string, string> => {
  const pattern = resource.kind === "s3-prefix" ? resource.arn : setting(resource, "location");
  return pattern.endsWith("*")
    ? { [pattern]: `The catalogue's resource ${resource.id}, read to be masked.` }
    : {};
};
