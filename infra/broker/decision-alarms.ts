import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import { ofApi, own } from "../dashboard/metric.ts";

type Props = { minter: IFunction; topic: ITopic | undefined };

/** A client tries again, and one fault is no outage: so many answers of the kind in a minute are. */
const OUTAGE = 5;

/** What makes Latchkey say no, or nothing, where it should have said yes: it fails closed, and somebody waits. */
export class DecisionAlarms extends Construct {
  constructor(scope: Construct, id: string, { minter, topic }: Props) {
    super(scope, id);
    const sum = { statistic: "Sum", minutes: 1 };
    new Alarm(this, "Errors", {
      metric: own("DecisionErrors", sum),
      threshold: 1,
      impact: "A policy rule cannot be evaluated: every ask that it is about is refused.",
      runbook: "decision-errors",
      topic,
    });
    for (const [api, who] of [
      ["signed", "Agents and people with an AWS identity"],
      ["approval", "Approvers who follow their link"],
    ] as const)
      new Alarm(this, `Failing-${api}`, {
        metric: ofApi(api, "5XXError", "Sum"),
        threshold: OUTAGE,
        impact: `${who} get errors instead of answers; what is live goes on and ends on time.`,
        runbook: "api-failing",
        name: `api-failing-${api}`,
        topic,
      });
    new Alarm(this, "MintErrors", {
      metric: minter.metricErrors(sum),
      threshold: OUTAGE,
      impact: "Sessions cannot be minted: approved grants wait, and fail when it lasts.",
      runbook: "mint-failed",
      name: "mint-errors",
      topic,
    });
    new Alarm(this, "OutcomesUnknown", {
      metric: own("OutcomesUnknown", sum),
      threshold: 1,
      impact: "An approved action was begun, and nobody knows what came of it: it may be half done.",
      runbook: "outcome-unknown",
      topic,
    });
  }
}
