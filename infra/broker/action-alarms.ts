import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";

type Props = { failures: Queue; topic: ITopic | undefined };

/** What was given up on of what happens around actions by events: a stop of a job, the start of an approval. */
export class ActionAlarms extends Construct {
  constructor(scope: Construct, id: string, { failures, topic }: Props) {
    super(scope, id);
    new Alarm(this, "ActionsFailed", {
      metric: failures.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }),
      threshold: 1,
      impact:
        "A job that should have been stopped may run on, or somebody waits for an approval that nobody was asked for.",
      runbook: "actions-failed",
      topic,
    });
  }
}
