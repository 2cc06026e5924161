import { Duration } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";

/** Roles whose deny list must be written. FIFO with one message group a role: never two writers on one list. */
export class DenyQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const common = {
      fifo: true,
      contentBasedDeduplication: false, // the sender names the cause: one text can be two orders
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(this).enforceTls,
    };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...common,
      queueName: names.denyDeadLetters,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName: names.denyQueue,
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
