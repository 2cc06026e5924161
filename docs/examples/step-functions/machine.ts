import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { workflow } from "../../../infra/workflow.ts";

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

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.machine = workflow(this, props);
  }
}
