import { CfnParameter, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * Everything in which the app differs on the local AWS (context `latchkey:local`), and why. Nothing else in `infra/`
 * asks where it is: constructs ask this file. `test/infra/local.test.ts` holds the two templates against each other.
 */
export type Target = {
  /** Local: plain HTTP on loopback, so nothing may deny `aws:SecureTransport=false`. */
  enforceTls: boolean;
  /** Local: `down` throws everything away. In an account, data outlives its stack. */
  keepData: RemovalPolicy;
  deletionProtection: boolean;
  /** Local: deny entries must go while a test looks on. In an account: the clock skew that is tolerated (I-43). */
  denyMarginSeconds: number;
  /** Local: a deny is in force at the next call. In an account: how long IAM is given to tell every host (evidence, not a bound). */
  settleSeconds: number;
  /** Local: the shortest that STS gives, so that a test sees a session renewed. In an account: the longest for a role that assumes a role. */
  longestSessionSeconds: number;
  /** How long before its end a session is renewed, where the window goes on. Local: renewed after a minute and a half. */
  rotateBeforeSeconds: number;
  /** Local: `AWS::Athena::NamedQuery` is refused, and the whole template with it. */
  namedQueries: boolean;
  /** Local: `AWS::CloudWatch::CompositeAlarm` is refused. */
  compositeAlarms: boolean;
  /** Local: `AWS::CloudTrail::Trail` is refused; files are put into its bucket by hand. */
  trail: boolean;
  /** Local: Athena has no views; the named queries carry the same text with them. */
  views: boolean;
  /** Local: `s3:if-none-match` is not evaluated, so demanding it would refuse every object. */
  demandNewObjects: boolean;
  /** Local: `aws:PrincipalArn` is the session's and not the role's, so "nobody but this role" would be everybody. */
  oneWriterEach: boolean;
  /** How long the exporter gathers events. Local: a second, so that a test or a visitor sees them in Athena. */
  exportSeconds(configured: number): number;
  /** Local: the differences above are findings by definition. */
  nag: boolean;
  /** The example company: made-up data, users with keys. Not held to the rules for accounts, so not with `nag`. */
  example: boolean;
  /** Local: `states:SendTaskSuccess`, `ses:SendEmail` and Athena's executions are checked against `*`, not against this. */
  about(arn: string): string;
  /** Local: `ses:SendEmail` is checked against `*`, not against the identity. */
  mailIdentity(identityArn: string): string;
  /** Local: these condition keys are never in a request's context, so that a condition on them never matches. */
  where(conditions: NotEvaluatedLocally): Record<string, Record<string, unknown>>;
  /** Local: neither Bedrock's nor SageMaker's jobs are there, so something small stands in for both. */
  jobEndpoints(scope: Construct): Record<string, string>;
  /** Local: API Gateway's own address leads nowhere, so the deployer says where the API is. */
  approvalApiUrl(stack: Stack, urls: { path: string; url: string }): string;
};

/** Condition keys that MiniStack 1.5.33 does not fill in (its iam_evaluator.py and sts.py). */
type NotEvaluatedLocally = {
  [operator in
    | "StringEquals"
    | "StringLike"
    | "Null"
    | "ForAllValues:StringEquals"
    | "ForAllValues:StringLike"]?: {
    [key in
      | "iam:PermissionsBoundary"
      | "sts:RoleSessionName"
      | "ses:FromAddress"
      | "dynamodb:LeadingKeys"
      | "dynamodb:Attributes"
      | "dynamodb:Select"
      | "kms:EncryptionContext:grant"
      | "kms:EncryptionContext:agent"
      | "kms:EncryptionContext:attempt"]?: string | string[];
  };
};

const isSet = (scope: Construct, key: string): boolean => {
  const value: unknown = scope.node.tryGetContext(key);
  return value === true || value === "true";
};

const account: Target = {
  enforceTls: true,
  keepData: RemovalPolicy.RETAIN,
  deletionProtection: true,
  denyMarginSeconds: 300,
  settleSeconds: 15,
  longestSessionSeconds: 3_600,
  rotateBeforeSeconds: 900,
  namedQueries: true,
  views: true,
  compositeAlarms: true,
  trail: true,
  demandNewObjects: true,
  oneWriterEach: true,
  exportSeconds: (configured) => configured,
  nag: true,
  example: false,
  about: (arn) => arn,
  mailIdentity: (identityArn) => identityArn,
  where: (conditions) => conditions,
  jobEndpoints: () => ({}),
  approvalApiUrl: (_stack, { url }) => url,
};

/** Something that only the local deployer knows; asked for once in a stack. */
function localParameter(stack: Stack, id: string, description: string): string {
  const there = stack.node.tryFindChild(id);
  if (there instanceof CfnParameter) return there.valueAsString;
  return new CfnParameter(stack, id, { description, allowedPattern: "https?://[^/]+" }).valueAsString;
}

const local: Target = {
  enforceTls: false,
  keepData: RemovalPolicy.DESTROY,
  deletionProtection: false,
  denyMarginSeconds: 10,
  settleSeconds: 3,
  longestSessionSeconds: 900,
  rotateBeforeSeconds: 810,
  namedQueries: false,
  views: false,
  compositeAlarms: false,
  trail: false,
  demandNewObjects: false,
  oneWriterEach: false,
  exportSeconds: () => 1,
  nag: false,
  example: true,
  about: () => "*",
  mailIdentity: () => "*",
  where: () => ({}),
  jobEndpoints(scope) {
    const endpoint = localParameter(
      Stack.of(scope),
      "LocalJobsEndpoint",
      "What stands in for Bedrock's and SageMaker's jobs, such as http://127.0.0.1:4567.",
    );
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    return { AWS_ENDPOINT_URL_BEDROCK: endpoint, AWS_ENDPOINT_URL_SAGEMAKER: endpoint };
  },
  approvalApiUrl(stack, { path }) {
    const endpoint = localParameter(
      stack,
      "LocalEndpoint",
      "Where the local AWS listens, such as http://127.0.0.1:4566.",
    );
    return `${endpoint}/_aws/execute-api/${path}`;
  },
};

/** What this synth is for: context `latchkey:local`, `latchkey:example`. */
export function targetOf(scope: Construct): Target {
  const target = isSet(scope, "latchkey:local") ? local : account;
  return isSet(scope, "latchkey:example") ? { ...target, example: true, nag: false } : target;
}
