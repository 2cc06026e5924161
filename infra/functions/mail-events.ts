import { Duration } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { env } from "../../functions/mail-events/env.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { LastStop } from "../last-stop.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import { runOn } from "../run-on.ts";

/** Records what became of approvers' mails: bounces, complaints. May send none, and decide nothing. */
export class MailEvents extends CapabilityFunction<typeof env> {
  readonly failures: Queue;

  constructor(scope: Construct, { table }: { table: BrokerTable }) {
    const failures = new LastStop(scope, "MailEventsFailures", names.mailEventsFailures);
    super(scope, "mail-events", {
      description: "Latchkey: record what became of mails",
      env,
      environment: { TABLE_NAME: table.table.tableName },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem"]),
        allow(["sqs:SendMessage"], [failures.queueArn]),
      ],
      timeoutSeconds: 15,
      reservedConcurrency: 5, // a wave of bounces takes nobody's capacity
    });
    this.failures = failures;

    // https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
    runOn(this, "Reports", {
      rule: {
        description: "Latchkey: a mail of ours bounced, was refused, or was marked as spam",
        eventPattern: {
          source: ["aws.ses"],
          detailType: ["Email Bounced", "Email Complaint Received", "Email Rejected"],
          detail: { mail: { tags: { "ses:configuration-set": [names.configurationSet] } } },
        },
      },
      failures,
      maxEventAge: Duration.hours(6),
    });
  }
}
