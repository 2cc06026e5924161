import type { Template, Templates } from "./templates.ts";

const PSEUDO: Record<string, string> = {
  "AWS::Partition": "aws",
  "AWS::AccountId": "111122223333",
  "AWS::Region": "eu-west-1",
  "AWS::URLSuffix": "amazonaws.com",
};
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;

/** What a reference to a resource of a template comes to in an account; resources without a name are called by their ids. */
function named(id: string, { Resources }: Template, templates: Templates): string {
  const resource = Resources[id];
  const { BucketName, RoleName, UserName, TableName, ManagedPolicyName } = resource?.Properties ?? {};
  const name = BucketName ?? RoleName ?? UserName ?? TableName ?? ManagedPolicyName;
  return name === undefined ? id : resolved(name, { Resources }, templates);
}

const ARNS: Record<string, (name: string) => string> = {
  "AWS::S3::Bucket": (name) => `arn:aws:s3:::${name}`,
  "AWS::IAM::Role": (name) => `arn:aws:iam::111122223333:role/${name}`,
  "AWS::IAM::User": (name) => `arn:aws:iam::111122223333:user/${name}`,
  "AWS::IAM::ManagedPolicy": (name) => `arn:aws:iam::111122223333:policy/${name}`,
  "AWS::KMS::Key": (name) => arn("kms", `key/${name}`),
  "AWS::DynamoDB::Table": (name) => arn("dynamodb", `table/${name}`),
};

/** A value of a template as the text that it is in an account. Throws on a function of CloudFormation that it does not know. */
export function resolved(value: unknown, template: Template, templates: Templates): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [[name, content] = []] = Object.entries(value);
  const within = (each: unknown) => resolved(each, template, templates);
  if (name === "Fn::Join") return content[1].map(within).join(content[0]);
  if (name === "Fn::GetAtt") {
    const [id = "", attribute] = content as string[];
    const make = ARNS[template.Resources[id]?.Type ?? ""];
    const own = named(id, template, templates);
    return attribute === "Arn" && make ? make(own) : `${attribute}-of-${own}`;
  }
  if (name === "Ref") {
    const isPolicy = template.Resources[content]?.Type === "AWS::IAM::ManagedPolicy";
    const own = PSEUDO[content] ?? named(content, template, templates);
    return isPolicy ? (ARNS["AWS::IAM::ManagedPolicy"]?.(own) ?? own) : own;
  }
  if (name === "Fn::GetStackOutput") {
    const from = templates[content.StackName];
    if (!from) throw new Error(`no stack ${content.StackName}`);
    return resolved(from.Outputs?.[content.OutputName]?.Value, from, templates);
  }
  if (name === "Fn::Select") return `${content[0]}-of-${within(content[1])}`;
  if (name === "Fn::Split") return within(content[1]);
  throw new Error(`cannot resolve ${JSON.stringify(value)}`);
}
