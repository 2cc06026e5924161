import { Aws, Duration } from "aws-cdk-lib";
import { EventBus, type IRule, Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { BUS_SOURCE } from "../../functions/aws/bus.ts";
import { watchedTypes } from "../../functions/core/watch/facts.ts";
import { USE_SOURCE, USE_TYPES } from "../../functions/core/watch/use.ts";
import { env } from "../../functions/watch/env.ts";
import { AGAIN } from "../../functions/watch/input.ts";
import type { Bus } from "../broker/bus.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import { permitAnswering } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { LastStop } from "../last-stop.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import { runOn } from "../run-on.ts";

type Props = { table: BrokerTable; bus: Bus; denyQueue: DenyQueue };

/**
 * Raises red flags and does what they call for. Stops as `stops-api` does, and no more: it can neither mint, open a seal,
 * mail nor write IAM. Fed from buses: nothing that it does can delay a grant.
 */
export class Watch extends CapabilityFunction<typeof env> {
  readonly failures: Queue;

  constructor(scope: Construct, { table, bus, denyQueue }: Props) {
    const failures = new LastStop(scope, "WatchFailures", names.watchFailures);
    super(scope, "watch", {
      description: "Latchkey: raise red flags and act on them",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        DENY_QUEUE_URL: denyQueue.queue.queueUrl,
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "DeleteItem"]),
        denyQueue.permitSending(),
        permitAnswering(scope), // a grant that is stopped while it waits for people wakes its workflow
        allow(["sqs:SendMessage"], [failures.queueArn]),
      ],
      policy: "bundle",
      timeoutSeconds: 60, // a lockdown stops for 18 s at most, a flag after the other
      reservedConcurrency: 10, // what comes at once waits its turn; two runs on one subject look again
    });
    this.failures = failures;

    const maxEventAge = Duration.hours(6);
    runOn(this, "Events", {
      rule: {
        eventBus: bus.bus,
        description: "Latchkey: events that tell rules of red flags something",
        eventPattern: { source: [BUS_SOURCE], detailType: watchedTypes },
      },
      failures,
      maxEventAge,
    });
    runOn(this, "Use", {
      rule: {
        eventBus: bus.bus,
        description: "Latchkey: what CloudTrail says of minted sessions",
        eventPattern: { source: [USE_SOURCE], detailType: Object.values(USE_TYPES) },
      },
      failures,
      maxEventAge,
    });
    // At once where a trail is on, minutes before its file: https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html
    runOn(this, "Assumed", {
      rule: {
        eventBus: EventBus.fromEventBusName(this, "DefaultBus", "default"),
        description: "Latchkey: somebody assumed an access role",
        eventPattern: {
          source: ["aws.sts"],
          detailType: ["AWS API Call via CloudTrail"],
          detail: {
            eventName: ["AssumeRole"],
            requestParameters: { roleArn: [{ wildcard: `arn:*:iam::*:role/${names.anyAccessRole}` }] },
          },
        },
      },
      failures,
      maxEventAge,
    });
    this.eachMinute();
  }

  /** What a flag calls for and could not be done is tried again, as long as it takes. */
  private eachMinute(): IRule {
    const target = new LambdaFunction(this, { event: RuleTargetInput.fromObject(AGAIN), retryAttempts: 0 });
    return new Rule(this, "EachMinute", {
      description: "Latchkey: red flags that are not acted on yet",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [target],
    });
  }
}
