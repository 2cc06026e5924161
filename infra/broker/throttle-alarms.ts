import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Capability } from "../../functions/core/capabilities.ts";
import { Alarm, WHILE_TRIED_AGAIN } from "../alarm.ts";
import { logMetric } from "../log-metric.ts";
import type { BrokerTable } from "./table.ts";

type Logging = IFunction & { logGroup: ILogGroup };
/** Whose throttling is felt, and by whom. Others are asked again by what feeds them: a queue, a stream, a rule. */
type Watched = Extract<
  Capability,
  | "revoke-access"
  | "stops-api"
  | "sweep"
  | "grants-api"
  | "credentials-api"
  | "mint-credentials"
  | "decisions-api"
  | "approval-page"
  | "ask-approvers"
>;

type Props = {
  functions: Record<Watched, IFunction>;
  revoker: Logging;
  minter: Logging;
  table: BrokerTable;
  topic: ITopic | undefined;
};

/** One call more than there is room for is no trouble; a caller tries again. So many in a minute are felt. */
const FELT = 10;

const FELT_AS: Record<Watched, { impact: string; threshold: number; access?: true }> = {
  "revoke-access": {
    impact: "Deny lists are not written for want of capacity: revoked access may still work.",
    threshold: 1,
    access: true,
  },
  "stops-api": {
    impact: "Somebody who wants to revoke or lock down is turned away: what they would stop goes on.",
    threshold: 1,
    access: true,
  },
  sweep: {
    impact: "The minute's sweep does not run for want of capacity: what it repairs stays as it is.",
    threshold: 2,
    access: true,
  },
  "grants-api": { impact: "Agents that ask are turned away and must ask again.", threshold: FELT },
  "credentials-api": { impact: "Agents that collect their credentials are turned away.", threshold: FELT },
  "mint-credentials": { impact: "Approved grants wait for their session.", threshold: FELT },
  "decisions-api": { impact: "People who decide by signed calls are turned away.", threshold: FELT },
  "approval-page": { impact: "Approvers who open their link are turned away.", threshold: FELT },
  "ask-approvers": { impact: "Approvers are mailed later than they should be.", threshold: FELT },
};

/** What AWS calls it when it is asked too often. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const THROTTLED = { field: "fault", is: ["Throttling*", "TooManyRequests*", "RequestLimitExceeded*"] };

/** Too little room somewhere: for a function to run, in the table, at IAM or STS. */
export class ThrottleAlarms extends Construct {
  constructor(scope: Construct, id: string, { functions, revoker, minter, table, topic }: Props) {
    super(scope, id);
    const sum = { statistic: "Sum" };
    for (const [capability, felt] of Object.entries(FELT_AS))
      new Alarm(this, capability, {
        metric: functions[capability as Watched].metricThrottles(sum),
        ...felt,
        runbook: "throttled",
        name: `throttled-${capability}`,
        topic,
      });
    for (const [way, impact] of [
      [
        "Read",
        "The table turns reads away: calls fail or are slow, and nothing is granted without an answer.",
      ],
      ["Write", "The table turns writes away: asks, decisions and stops fail or are slow."],
    ] as const)
      new Alarm(this, `Table${way}s`, {
        metric: table.table.metric(`${way}ThrottleEvents`, sum),
        threshold: FELT,
        impact,
        runbook: "throttled",
        name: `throttled-table-${way.toLowerCase()}s`,
        topic,
      });
    new Alarm(this, "Iam", {
      metric: logMetric(this, "IamThrottled", {
        logGroup: revoker.logGroup,
        code: "deny.again",
        metric: "iam.throttled",
        where: THROTTLED,
      }),
      threshold: 1,
      impact: "IAM takes no deny list just now: revocations are late, and are being tried again.",
      runbook: "throttled",
      name: "throttled-iam",
      every: WHILE_TRIED_AGAIN,
      access: true,
      topic,
    });
    new Alarm(this, "Sts", {
      metric: logMetric(this, "StsThrottled", {
        logGroup: minter.logGroup,
        code: "run.failed",
        metric: "sts.throttled",
        where: THROTTLED,
      }),
      threshold: 1,
      impact: "STS gives no session just now: approved grants wait, and are being tried again.",
      runbook: "throttled",
      name: "throttled-sts",
      topic,
    });
  }
}
