import { RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { acknowledgeWildcard } from "./acknowledged.ts";
import { allow } from "./permissions.ts";

export type WorkflowProps = {
  name: string;
  roleName?: string;
  /** Path of the ASL file. */
  definition: string;
  /** What each `${Name}` of it stands for. All that the workflow may do is to call these. */
  tasks: Record<string, { functionArn: string }>;
  /** Further texts of the file, and what it may call by them. */
  texts?: Record<string, string>;
  others?: { functionArn: string }[];
};

/** A state machine from its file, traced, and logged without what passes through it. */
export function workflow(scope: Construct, props: WorkflowProps): StateMachine {
  const { name, roleName, definition, tasks, texts = {}, others = [] } = props;
  const arns = Object.entries(tasks).map(([task, { functionArn }]) => [task, functionArn] as const);
  const role = new Role(scope, "Role", {
    ...(roleName ? { roleName } : {}),
    assumedBy: new ServicePrincipal("states.amazonaws.com"),
  });
  role.addToPolicy(
    allow(
      ["lambda:InvokeFunction"],
      [...arns.map(([, arn]) => arn), ...others.map(({ functionArn }) => functionArn)],
    ),
  );
  acknowledgeWildcard(
    role,
    "*",
    "Log delivery and X-Ray take no resources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy",
  );
  return new StateMachine(scope, "Machine", {
    stateMachineName: name,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromFile(definition),
    definitionSubstitutions: { ...texts, ...Object.fromEntries(arns) },
    role,
    tracingEnabled: true,
    logs: {
      // The prefix keeps the account's log resource policy short.
      // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
      destination: new LogGroup(scope, "Log", {
        logGroupName: `/aws/vendedlogs/states/${name}`,
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: LogLevel.ALL,
      includeExecutionData: false, // task tokens pass through the inputs of tasks
    },
  });
}
