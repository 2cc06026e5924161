import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { Alarm, WHILE_TRIED_AGAIN } from "../alarm.ts";
import { LogAlarm } from "../log-alarm.ts";
import { logMetric } from "../log-metric.ts";
import type { DenyQueue } from "./deny-queue.ts";

type Logging = IFunction & { logGroup: ILogGroup };
type Props = {
  machine: StateMachine;
  denyQueue: DenyQueue;
  revoker: Logging;
  sweep: Logging;
  minter: Logging;
  topic: ITopic | undefined;
};

/** Now and then a run dies and sweep does its work. So many in one minute have one cause. */
const MANY_REPAIRS = 5;

/** What somebody must be woken for. Single metrics only, so that the local AWS has the same alarms. */
export class BrokerAlarms extends Construct {
  constructor(scope: Construct, id: string, { machine, denyQueue, revoker, sweep, minter, topic }: Props) {
    super(scope, id);
    const total = { statistic: "Sum" };
    const most = { statistic: "Maximum" };
    new Alarm(this, "DenyFailed", {
      metric: denyQueue.deadLetters.metricApproximateNumberOfMessagesVisible(most),
      threshold: 1,
      impact:
        "A role's deny list could not be written: access that was revoked may live on to its window's end.",
      runbook: "deny-failed",
      access: true,
      topic,
    });
    new Alarm(this, "DenyLate", {
      metric: denyQueue.queue.metricApproximateAgeOfOldestMessage(most),
      threshold: 120,
      impact: "Revocations wait for more than two minutes: revoked access may still work.",
      runbook: "deny-late",
      access: true,
      topic,
    });
    new Alarm(this, "RevokeErrors", {
      metric: revoker.metricErrors(total),
      threshold: 1,
      impact: "Writing deny lists fails: revocations are late, and are being tried again.",
      runbook: "revoke-errors",
      access: true,
      topic,
    });
    new LogAlarm(this, "RevokeFailing", {
      logGroup: revoker.logGroup,
      code: "deny.failed",
      impact:
        "A role's deny list could not be written just now: its revocations are late, and are being tried again.",
      runbook: "revoke-errors",
      access: true,
      name: "revoke-failing",
      every: WHILE_TRIED_AGAIN,
      topic,
    });
    new Alarm(this, "SweepErrors", {
      metric: sweep.metricErrors(total),
      threshold: 1,
      impact: "Overdue work is not repaired: approvals may not expire, grants may stay open in the table.",
      runbook: "sweep-errors",
      topic,
    });
    new Alarm(this, "SweepMissing", {
      metric: logMetric(this, "Swept", { logGroup: sweep.logGroup, code: "sweep.done", metric: "Sweeps" }),
      threshold: 1,
      heartbeat: { every: Duration.minutes(1), missed: 3 },
      impact:
        "Nothing is swept for three minutes: sessions without a live grant are not denied, nor what is overdue closed.",
      runbook: "sweep-missing",
      access: true,
      topic,
    });
    new LogAlarm(this, "SweepFailing", {
      logGroup: sweep.logGroup,
      code: "sweep.failed",
      impact: "One overdue thing cannot be repaired: that grant may stay open in the table.",
      runbook: "sweep-errors",
      name: "sweep-failing",
      topic,
    });
    new Alarm(this, "Repairs", {
      metric: logMetric(this, "RepairsMade", {
        logGroup: sweep.logGroup,
        code: "sweep.repaired",
        metric: "Repairs",
      }),
      threshold: MANY_REPAIRS,
      impact:
        "Much is put right only by the minute's sweep: agents and approvers wait longer than they should.",
      runbook: "sweep-repairs",
      topic,
    });
    new LogAlarm(this, "ClockOff", {
      logGroup: minter.logGroup,
      code: "mint.clock_off",
      impact:
        "The clocks of AWS STS and of the minter differ: sessions are discarded and agents wait in vain.",
      runbook: "clock-off",
      topic,
    });
    new LogAlarm(this, "MintFailed", {
      logGroup: minter.logGroup,
      code: "mint.failed",
      impact:
        "AWS refuses sessions of an access role: its grants end FAILED, and those that are live are not renewed.",
      runbook: "mint-failed",
      topic,
    });
    new Alarm(this, "WorkflowTimedOut", {
      metric: machine.metricTimedOut(total),
      threshold: 1,
      impact: "A grant's workflow ran out of time: its agent may wait in vain; sessions still end on time.",
      runbook: "workflow-failed",
      name: "workflow-timed-out",
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
