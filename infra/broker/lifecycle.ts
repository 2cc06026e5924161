import { ArnFormat, Stack } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { projectRoot } from "../function.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import { workflow } from "../workflow.ts";

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

/** What comes before an action type's id in the ARN of the function that performs it. */
const performPrefix = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: "lambda",
    resource: "function",
    resourceName: names.capability("perform-"),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

export type LifecycleProps = Record<"AskApprovers" | "MintCredentials" | "IssuePermit" | "EndAccess", Alias>;

/** The workflow of `statemachines/grant-lifecycle.asl.json`. Its tasks are aliases, so that a running execution meets whole releases. */
export class Lifecycle extends Construct {
  readonly machine: StateMachine;

  /** `performers`: what performs actions, one function for each action type; which one, an execution says by its name. */
  constructor(scope: Construct, id: string, tasks: LifecycleProps, performers: Alias[] = []) {
    super(scope, id);
    this.machine = workflow(this, {
      name: names.stateMachine,
      roleName: "latchkey-grant-lifecycle",
      definition: `${projectRoot}statemachines/grant-lifecycle.asl.json`,
      tasks,
      texts: { PerformPrefix: performPrefix(this) },
      others: performers,
    });
  }
}
