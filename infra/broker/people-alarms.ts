import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm, WHILE_TRIED_AGAIN } from "../alarm.ts";
import { own } from "../dashboard/metric.ts";
import type { MailEvents } from "../functions/mail-events.ts";
import { LogAlarm } from "../log-alarm.ts";

type Props = { asker: ILogGroup; sweep: ILogGroup; mailEvents: MailEvents; topic: ITopic | undefined };

/** Half a working day: longer than a lunch, well before the usual deadline of a day. */
const AGEING_SECONDS = 4 * 3_600;
/** From here on AWS looks at the account, and may stop its mail. https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-dg.html */
const BOUNCE_RATE = 0.05;
const COMPLAINT_RATE = 0.001;

/** What keeps people from deciding: mails that do not leave or arrive, asks that nobody answers. No authority changes by it (I-22). */
export class PeopleAlarms extends Construct {
  constructor(scope: Construct, id: string, { asker, sweep, mailEvents, topic }: Props) {
    super(scope, id);
    const most = { statistic: "Maximum" };
    new Alarm(this, "ApprovalsAgeing", {
      metric: own("OldestWaiting", most),
      threshold: AGEING_SECONDS,
      impact: "An ask has waited for people for more than four hours: somebody's work stands still.",
      runbook: "approvals-ageing",
      topic,
    });
    new LogAlarm(this, "ReviewsLate", {
      logGroup: sweep,
      code: "review.late",
      impact: "Nobody has looked at a broken glass for a day: what was done behind it is unexamined.",
      runbook: "reviews-late",
      topic,
    });
    new LogAlarm(this, "MailFailing", {
      logGroup: asker,
      code: "approval.mail_failed",
      impact: "SES does not take approvers' mails: they do not know that they are asked.",
      runbook: "mail-failing",
      every: WHILE_TRIED_AGAIN,
      topic,
    });
    this.arriving(mailEvents, topic);
  }

  /** What becomes of mails that SES took. */
  private arriving({ logGroup, failures }: MailEvents, topic: ITopic | undefined): void {
    for (const [name, code, impact] of [
      [
        "Bounced",
        "mail.bounced",
        "Somebody's mails do not arrive: they cannot decide by mail until that is mended.",
      ],
      [
        "Complained",
        "mail.complained",
        "Somebody marked our mail as spam: SES sends them no more until that is cleared.",
      ],
      [
        "NobodyReached",
        "mail.nobody_reached",
        "No mail of a stage arrived at anybody: without help nobody decides it.",
      ],
    ] as const)
      new LogAlarm(this, name, {
        logGroup,
        code,
        impact,
        runbook: "mail-bounced",
        name: code.replace(/[._]/g, "-"),
        topic,
      });
    new Alarm(this, "EventsFailed", {
      metric: failures.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }),
      threshold: 1,
      impact: "What SES said of a mail was not recorded: a bounce or a complaint may be unknown.",
      runbook: "mail-events-failed",
      topic,
    });
    for (const [rate, threshold] of [
      ["BounceRate", BOUNCE_RATE],
      ["ComplaintRate", COMPLAINT_RATE],
    ] as const)
      new Alarm(this, rate, {
        metric: new Metric({
          namespace: "AWS/SES",
          metricName: `Reputation.${rate}`,
          statistic: "Maximum",
        }),
        threshold,
        every: Duration.hours(1),
        impact: "So many of this account's mails bounce or are marked as spam that AWS may stop its mail.",
        runbook: "mail-bounced",
        name: rate === "BounceRate" ? "mail-bounce-rate" : "mail-complaint-rate",
        topic,
      });
  }
}
