import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";

/** Where alarms are mailed. The address must confirm the subscription; without an address, alarms are only shown. */
export class AlarmMail extends Construct {
  readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, address: string) {
    super(scope, id);
    if (address === "none") return;
    this.topic = new Topic(this, "Topic", {
      topicName: "latchkey-alarms",
      displayName: "Latchkey alarms",
      enforceSSL: targetOf(this).enforceTls,
    });
    this.topic.addSubscription(new EmailSubscription(address));
  }
}
