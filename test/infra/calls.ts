import { buildSync } from "esbuild";
import { projectRoot } from "../../infra/function.ts";

/** The action behind each SDK command that our code uses. A command that is not here fails the test by name. */
const ACTIONS: Record<string, string[]> = {
  GetCommand: ["dynamodb:GetItem"],
  QueryCommand: ["dynamodb:Query"],
  ScanCommand: ["dynamodb:Scan"],
  PutCommand: ["dynamodb:PutItem"],
  UpdateCommand: ["dynamodb:UpdateItem"],
  DeleteCommand: ["dynamodb:DeleteItem"],
  TransactWriteCommand: [], // its members' actions, below
  StartExecutionCommand: ["states:StartExecution"],
  SendTaskSuccessCommand: ["states:SendTaskSuccess"],
  InvokeCommand: ["lambda:InvokeFunction"],
  SendMessageCommand: ["sqs:SendMessage"],
  ReceiveMessageCommand: ["sqs:ReceiveMessage"],
  DeleteMessageCommand: ["sqs:DeleteMessage"],
  PutEventsCommand: ["events:PutEvents"],
  GetSecretValueCommand: ["secretsmanager:GetSecretValue"],
  SendEmailCommand: ["ses:SendEmail"],
  AssumeRoleCommand: ["sts:AssumeRole"], // and what its input asks for, below
  GetRoleCommand: ["iam:GetRole"],
  ListRolePoliciesCommand: ["iam:ListRolePolicies"],
  ListAttachedRolePoliciesCommand: ["iam:ListAttachedRolePolicies"],
  PutRolePolicyCommand: ["iam:PutRolePolicy"],
  GetRolePolicyCommand: ["iam:GetRolePolicy"],
  DeleteRolePolicyCommand: ["iam:DeleteRolePolicy"],
  PutObjectCommand: ["s3:PutObject"],
  GetObjectCommand: [], // of a version or of whatever is newest: below
  HeadObjectCommand: ["s3:GetObject"],
  ListObjectsV2Command: ["s3:ListBucket"],
  DeleteObjectCommand: ["s3:DeleteObject"],
  // With what Athena does in the caller's name. https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
  StartQueryExecutionCommand: [
    ...[
      "athena:StartQueryExecution",
      "s3:GetBucketLocation",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
    ],
    ...["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
  ],
  GetQueryExecutionCommand: ["athena:GetQueryExecution"],
  GetQueryResultsCommand: ["athena:GetQueryResults"],
  ListObjectVersionsCommand: ["s3:ListBucketVersions"],
  CreateModelCustomizationJobCommand: ["bedrock:CreateModelCustomizationJob", "iam:PassRole"],
  GetModelCustomizationJobCommand: ["bedrock:GetModelCustomizationJob"],
  StopModelCustomizationJobCommand: ["bedrock:StopModelCustomizationJob"],
  CreateTrainingJobCommand: ["sagemaker:CreateTrainingJob", "iam:PassRole"],
  DescribeTrainingJobCommand: ["sagemaker:DescribeTrainingJob"],
  StopTrainingJobCommand: ["sagemaker:StopTrainingJob"],
  DescribeModelPackageCommand: ["sagemaker:DescribeModelPackage"],
  UpdateModelPackageCommand: ["sagemaker:UpdateModelPackage"],
  DeleteObjectsCommand: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  SendTaskFailureCommand: ["states:SendTaskFailure"],
  GetPublicKeyCommand: ["kms:GetPublicKey"],
  SignCommand: ["kms:Sign"],
  // One module has both; which function may do which is a test of its own.
  GenerateDataKeyCommand: [],
  DecryptCommand: [],
};
const MEMBERS = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

/** What a function's own code calls, as far as it is reachable from its handler (esbuild drops the rest). */
export function callsOf(capability: string): string[] {
  const entry = `${projectRoot}functions/${capability}/handler.ts`;
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    treeShaking: true,
    write: false,
  });
  const code = outputFiles[0]?.text ?? "";
  const commands = [...code.matchAll(/new ([A-Za-z]+Command)\d*\(/g)].map(([, name]) => name ?? "");
  const unknown = commands.filter((name) => !(name in ACTIONS));
  if (unknown.length > 0) throw new Error(`${capability} uses ${unknown.join(", ")}: which action is that?`);
  const members = commands.includes("TransactWriteCommand")
    ? Object.entries(MEMBERS).filter(([name]) =>
        new RegExp(`\\b${name}: (\\{\\s*TableName|\\w+\\()`).test(code),
      )
    : [];
  return [
    ...new Set([
      ...commands.flatMap((name) => ACTIONS[name] ?? []),
      ...members.map(([, item]) => `dynamodb:${item}`),
      ...(commands.includes("GetObjectCommand")
        ? [/\bVersionId: /.test(code) ? "s3:GetObjectVersion" : "s3:GetObject"]
        : []),
      ...(/\bSourceIdentity: /.test(code) ? ["sts:SetSourceIdentity"] : []),
    ]),
  ].sort();
}
