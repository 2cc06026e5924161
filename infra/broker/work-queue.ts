import { Duration } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";

export type WorkQueueProps = {
  queueName: string;
  deadLettersName: string;
  /** What makes both of its queues FIFO; absent: standard ones. */
  fifo?: Pick<QueueProps, "fifo" | "contentBasedDeduplication">;
};

/** Orders for one function, and beside it those that it gave up on. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { queueName, deadLettersName, fifo = {} }: WorkQueueProps) {
    super(scope, id);
    const common = {
      ...fifo,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: targetOf(this).enforceTls,
    };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...common,
      queueName: deadLettersName,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName,
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
