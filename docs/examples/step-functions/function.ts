import { fileURLToPath } from "node:url";
import { DockerImage, Duration, RemovalPolicy } from "aws-cdk-lib";
import { type IRole, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { AssetHashType } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { buildSync } from "esbuild";
import { allow } from "../../../infra/permissions.ts";

/** The files of `functions/` that are Lambda functions. */
export type PipelineFile = "ask" | "get-access" | "wake" | "train" | "give-back";
const FILES: PipelineFile[] = ["ask", "get-access", "wake", "train", "give-back"];

const folder = fileURLToPath(new URL("functions", import.meta.url));

function bundle(outdir: string): boolean {
  buildSync({
    entryPoints: FILES.map((name) => `${folder}/${name}.ts`),
    ...{ outdir, bundle: true, splitting: true, minify: true, platform: "node", format: "esm" },
    outExtension: { ".js": ".mjs" },
    mainFields: ["module", "main"],
    target: "node20", // the local AWS runs functions on the host's Node
    // An ES module has no `require`, which some dependencies call.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: "warning",
  });
  return true;
}

/** All of them, bundled at once. The SDK is in it, so that what was tested is what runs. */
export const pipelineCode = (): Code =>
  Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: { image: DockerImage.fromRegistry("none"), local: { tryBundle: bundle } },
  });

export type PipelineFunctionProps = {
  description: string;
  code: Code;
  environment: Record<string, string>;
  /** Everything it may do besides writing its own log. */
  permissions: PolicyStatement[];
  timeoutSeconds?: number;
};

/** One file of `functions/` as a Lambda function under a role of its own. */
export class PipelineFunction extends LambdaFunction {
  declare readonly role: IRole;

  constructor(scope: Construct, file: PipelineFile, props: PipelineFunctionProps) {
    const { description, code, environment, permissions, timeoutSeconds = 60 } = props;
    const logGroup = new LogGroup(scope, `${file}-log`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${file}-role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    role.addToPolicy(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]));
    for (const statement of permissions) role.addToPolicy(statement);
    super(scope, file, {
      description: `Latchkey example pipeline: ${description}`,
      ...{ role, logGroup, code, environment },
      handler: `${file}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: 512,
    });
  }
}
