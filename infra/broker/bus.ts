import { Duration } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledged.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** Where every event goes out, for Slack, red flags, and what operators attach; and where waits what it did not take. */
export class Bus extends Construct {
  readonly bus: EventBus;
  readonly parked: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus", {
      eventBusName: names.bus,
      description: "Latchkey: every event, once or more, by its id",
    });
    this.parked = new Queue(this, "Parked", {
      queueName: names.parkedEvents,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(this).enforceTls,
      retentionPeriod: Duration.days(14),
      // `sweep` receives each minute: what it could not place comes again after five.
      visibilityTimeout: Duration.minutes(5),
    });
    acknowledge(
      this.parked,
      "AwsSolutions-SQS3",
      "It is itself where failures wait; an alarm rings for what stays.",
    );
  }

  permitPutting(): PolicyStatement {
    return allow(["events:PutEvents"], [this.bus.eventBusArn]);
  }

  permitParking(): PolicyStatement {
    return allow(["sqs:SendMessage"], [this.parked.queueArn]);
  }

  /** To offer parked events again. */
  permitRepublishing(): PolicyStatement[] {
    return [this.permitPutting(), allow(["sqs:DeleteMessage", "sqs:ReceiveMessage"], [this.parked.queueArn])];
  }
}
