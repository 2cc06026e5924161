import { RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledgeWildcard } from "../../../infra/acknowledged.ts";
import { allow } from "../../../infra/permissions.ts";

type Props = {
  name: string;
  /** Path of the JSON file. */
  definition: string;
  /** What each `${Name}` of it stands for. */
  tasks: Record<"Ask" | "GetAccess" | "Train" | "GiveBack", IFunction>;
};

/** The state machine of `training-pipeline.asl.json`. All that it may do is to call its functions. */
export class PipelineMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { name, definition, tasks }: Props) {
    super(scope, id);
    const arns = Object.entries(tasks).map(([task, { functionArn }]) => [task, functionArn] as const);
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("states.amazonaws.com") });
    role.addToPolicy(
      allow(
        ["lambda:InvokeFunction"],
        arns.map(([, arn]) => arn),
      ),
    );
    acknowledgeWildcard(
      role,
      "*",
      "Log delivery and X-Ray take no resources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy",
    );
    this.machine = new StateMachine(this, "Machine", {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromFile(definition),
      definitionSubstitutions: Object.fromEntries(arns),
      role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, "Log", {
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false, // the task token is in the input of the function that keeps it
      },
    });
  }
}
