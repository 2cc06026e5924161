import { fileURLToPath } from "node:url";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Alias, Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type * as z from "zod";
import type { Capability } from "../functions/core/capabilities.ts";
import { acknowledgeWildcard } from "./acknowledged.ts";
import { bannerOf, bundling, companionsOf, type PolicyUse } from "./bundling.ts";
import { names } from "./names.ts";
import { allow } from "./permissions.ts";

export const projectRoot = fileURLToPath(new URL("..", import.meta.url));

export type FunctionProps<S extends z.ZodObject> = {
  description: string;
  /** The function's own schema (`functions/<capability>/env.ts`): a variable that it names and nobody sets does not compile. */
  env: S;
  environment: Record<keyof z.infer<S>, string>;
  /** Everything it may do besides writing its own log. By hand: `grant*` helpers give more than one needs. */
  permissions: PolicyStatement[];
  /** Where its handler is, when not in the folder of its name. */
  folder?: string;
  /** Why each ARN pattern among them has to be one, by pattern. */
  wildcards?: Record<string, string>;
  timeoutSeconds: number;
  memoryMb?: number;
  reservedConcurrency?: number;
  policy?: PolicyUse;
};

const { alias, ...options } = bundling;

/** One folder of `functions/` as a Lambda function under a role of its own, with fixed names. */
export class CapabilityFunction<S extends z.ZodObject> extends NodejsFunction {
  constructor(scope: Construct, capability: Capability, props: FunctionProps<S>) {
    const logGroup = new LogGroup(scope, `${capability}-log`, {
      logGroupName: `/aws/lambda/${names.capability(capability)}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY, // the record that must last is the audit bucket
    });
    const role = new Role(scope, `${capability}-role`, {
      roleName: names.capability(capability),
      description: props.description,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    role.addToPolicy(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]));
    for (const statement of props.permissions) role.addToPolicy(statement);
    for (const [pattern, reason] of Object.entries(props.wildcards ?? {}))
      acknowledgeWildcard(role, pattern, reason);
    const copies = companionsOf(props.policy);

    super(scope, capability, {
      functionName: names.capability(capability),
      description: props.description,
      role,
      logGroup,
      entry: `${projectRoot}functions/${props.folder ?? capability}/handler.ts`,
      projectRoot,
      depsLockFilePath: `${projectRoot}package-lock.json`,
      handler: "handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      environment: props.environment,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMb ?? 512,
      ...(props.reservedConcurrency ? { reservedConcurrentExecutions: props.reservedConcurrency } : {}),
      bundling: {
        format: OutputFormat.ESM,
        ...options,
        esbuildArgs: Object.fromEntries(
          Object.entries(alias).map(([name, file]) => [`--alias:${name}`, file]),
        ),
        bundleAwsSDK: true,
        banner: bannerOf(props.policy),
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (input, output) => copies.map((file) => `cp "${input}/${file}" "${output}/"`),
        },
      },
    });
  }

  /** The alias by which running executions call it: a new release is there at once and as a whole. */
  live(): Alias {
    return new Alias(this, "Live", { aliasName: "live", version: this.currentVersion });
  }
}
