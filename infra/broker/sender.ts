import { Stack } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";

/**
 * Who mails come from: one address, or a domain (then `latchkey@` it). SES sends after the address has confirmed the
 * mail that it gets, or the domain has the DKIM records that the SES console shows.
 * https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
 */
export class Sender extends Construct {
  readonly address: string;
  private readonly identity: string;

  constructor(scope: Construct, id: string, sender: string) {
    super(scope, id);
    const isAddress = sender.includes("@");
    this.identity = sender;
    this.address = isAddress ? sender : `latchkey@${sender}`;
    new EmailIdentity(this, "Identity", {
      identity: isAddress ? Identity.email(sender) : Identity.domain(sender),
    });
  }

  permitSending(): PolicyStatement {
    const arn = Stack.of(this).formatArn({
      service: "ses",
      resource: "identity",
      resourceName: this.identity,
    });
    const target = targetOf(this);
    const from = target.where({ StringEquals: { "ses:FromAddress": this.address } });
    return allow(["ses:SendEmail"], [target.mailIdentity(arn)], from);
  }
}
