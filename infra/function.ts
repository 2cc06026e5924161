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
  /** `bundle`: reads the policy bundle. `engine`: evaluates it too, which takes Cedar's WebAssembly. */
  policy?: "bundle" | "engine";
};

// An ES module has no `require`, which some dependencies call, and no `__dirname`, by which Cedar finds its .wasm.
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
const DIRNAME =
  "import{fileURLToPath as lkPath}from'node:url';const __filename=lkPath(import.meta.url);const __dirname=lkPath(new URL('.',import.meta.url));";

const CEDAR_WASM = "node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm";
/** Written by `app.ts` before anything is bundled. */
export const POLICY_FILE = "build/policy.json";

/** What must lie beside the bundle, relative to the project. */
const companions = { bundle: [POLICY_FILE], engine: [POLICY_FILE, CEDAR_WASM] };

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
    const copies = props.policy ? companions[props.policy] : [];

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
        mainFields: ["module", "main"],
        target: "node20", // the local AWS runs functions on the host's Node
        minify: true,
        bundleAwsSDK: true,
        banner: props.policy === "engine" ? REQUIRE + DIRNAME : REQUIRE,
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
