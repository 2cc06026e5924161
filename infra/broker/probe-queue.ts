import { Duration } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** Rounds of proving a denial, each held back for its time. Standard: rounds of one grant follow from each other. */
export class ProbeQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: targetOf(this).enforceTls };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...common,
      queueName: names.probesFailed,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName: names.probes,
      // Six times the function's timeout, as AWS asks for.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
      visibilityTimeout: Duration.seconds(360),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
  }

  permitSending(): PolicyStatement {
    return allow(["sqs:SendMessage"], [this.queue.queueArn]);
  }

  permitConsuming(): PolicyStatement {
    return allow(
      ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      [this.queue.queueArn],
    );
  }
}
