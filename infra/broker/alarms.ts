import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { DenyQueue } from "./deny-queue.ts";

type Props = {
  machine: StateMachine;
  denyQueue: DenyQueue;
  revoker: IFunction;
  sweep: IFunction;
  topic: ITopic | undefined;
};

/** What somebody must be woken for. Single metrics only, so that the local AWS has the same alarms. */
export class BrokerAlarms extends Construct {
  constructor(scope: Construct, id: string, { machine, denyQueue, revoker, sweep, topic }: Props) {
    super(scope, id);
    const total = { statistic: "Sum" };
    const most = { statistic: "Maximum" };
    new Alarm(this, "DenyFailed", {
      metric: denyQueue.deadLetters.metricApproximateNumberOfMessagesVisible(most),
      threshold: 1,
      impact:
        "A role's deny list could not be written: access that was revoked may live on to its window's end.",
      runbook: "deny-failed",
      topic,
    });
    new Alarm(this, "DenyLate", {
      metric: denyQueue.queue.metricApproximateAgeOfOldestMessage(most),
      threshold: 120,
      impact: "Revocations wait for more than two minutes: revoked access may still work.",
      runbook: "deny-late",
      topic,
    });
    new Alarm(this, "RevokeErrors", {
      metric: revoker.metricErrors(total),
      threshold: 1,
      impact: "Writing deny lists fails: revocations are late, and are being tried again.",
      runbook: "revoke-errors",
      topic,
    });
    new Alarm(this, "SweepErrors", {
      metric: sweep.metricErrors(total),
      threshold: 1,
      impact: "Overdue work is not repaired: approvals may not expire, grants may stay open in the table.",
      runbook: "sweep-errors",
      topic,
    });
    new Alarm(this, "WorkflowFailed", {
      metric: machine.metricFailed(total),
      threshold: 1,
      impact: "A grant's workflow broke off: its agent may wait in vain; sessions still end on time.",
      runbook: "workflow-failed",
      topic,
    });
  }
}
