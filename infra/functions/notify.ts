import { Duration } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { BUS_SOURCE } from "../../functions/aws/bus.ts";
import { env } from "../../functions/notify/env.ts";
import { noticedTypes } from "../../functions/notify/notices.ts";
import type { Bus } from "../broker/bus.ts";
import type { SlackWebhook } from "../broker/slack-webhook.ts";
import { CapabilityFunction } from "../function.ts";
import { LastStop } from "../last-stop.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import { runOn } from "../run-on.ts";

type Props = { bus: Bus; slackWebhook: SlackWebhook };

/** Tells people's channels of what concerns them. Fed from the bus: nothing that it does can delay a grant. */
export class Notify extends CapabilityFunction<typeof env> {
  readonly failures: Queue;

  constructor(scope: Construct, { bus, slackWebhook }: Props) {
    const failures = new LastStop(scope, "NotifyFailures", names.notifyFailures);
    super(scope, "notify", {
      description: "Latchkey: tell people's channels",
      env,
      environment: { SLACK_SECRET_ID: slackWebhook.secretName },
      permissions: [slackWebhook.permitReading(), allow(["sqs:SendMessage"], [failures.queueArn])],
      timeoutSeconds: 30,
      reservedConcurrency: 2, // Slack takes about one message a second; what is throttled waits its turn
    });
    this.failures = failures;

    runOn(this, "Notices", {
      rule: {
        eventBus: bus.bus,
        description: "Latchkey: what people are told of",
        eventPattern: { source: [BUS_SOURCE], detailType: noticedTypes },
      },
      failures,
      maxEventAge: Duration.hours(1),
    });
  }
}
