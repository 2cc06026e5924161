import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { acknowledgeWildcard } from "../acknowledged.ts";
import { projectRoot } from "../function.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** The ARN by its fixed name: the approval page must be allowed to wake a machine that is made after it. */
const machineArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: "states",
    resource: "stateMachine",
    resourceName: names.stateMachine,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

export function permitStarting(scope: Construct): PolicyStatement {
  return allow(["states:StartExecution"], [machineArn(scope)]);
}

/** To answer a task token. The token is the right to answer; the resource is the machine that waits. */
export function permitAnswering(scope: Construct): PolicyStatement {
  return allow(["states:SendTaskSuccess"], [targetOf(scope).about(machineArn(scope))]);
}

export type LifecycleProps = Record<"AskApprovers" | "MintCredentials" | "EndAccess", Alias>;

/** The workflow of `statemachines/grant-lifecycle.asl.json`. Its tasks are aliases, so that a running execution meets whole releases. */
export class Lifecycle extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, tasks: LifecycleProps) {
    super(scope, id);
    const arns = Object.entries(tasks).map(([name, alias]) => [name, alias.functionArn] as const);
    const role = new Role(this, "Role", {
      roleName: "latchkey-grant-lifecycle",
      assumedBy: new ServicePrincipal("states.amazonaws.com"),
    });
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
      stateMachineName: names.stateMachine,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromFile(`${projectRoot}statemachines/grant-lifecycle.asl.json`),
      definitionSubstitutions: Object.fromEntries(arns),
      role,
      tracingEnabled: true,
      logs: {
        // The prefix keeps the account's log resource policy short.
        // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
        destination: new LogGroup(this, "Log", {
          logGroupName: `/aws/vendedlogs/states/${names.stateMachine}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false, // task tokens pass through the ask state's input
      },
    });
  }
}
