import { Stack } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from "aws-cdk-lib/aws-ses";
import { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
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
    const mails = new ConfigurationSet(this, "Mails", {
      configurationSetName: names.configurationSet,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE, // a mail holds a link and its code
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    // SES knows no other bus than the default one.
    mails.addEventDestination("Reports", {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, "DefaultBus", "default")),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    });
    new EmailIdentity(this, "Identity", {
      configurationSet: mails,
      identity: isAddress ? Identity.email(sender) : Identity.domain(sender),
    });
  }

  permitSending(): PolicyStatement {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: "ses", resource, resourceName });
    const target = targetOf(this);
    const from = target.where({ StringEquals: { "ses:FromAddress": this.address } });
    // The identity's configuration set is used by every mail, and asked for as well.
    const used = [arn("identity", this.identity), arn("configuration-set", names.configurationSet)];
    return allow(["ses:SendEmail"], [...new Set(used.map(target.mailIdentity))], from);
  }
}
