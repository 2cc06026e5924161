import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { RuleWatch } from "./rule-watch.ts";

/** Calls that make a key unusable, or say anew who may use it. */
const CALLS = ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"];

/**
 * Counts calls that take a key of ours out of use, a deploy's own change of its policy included. KMS names the key in
 * `resources`, whatever the caller called it by. Needs a trail of management events in the account, as most have.
 * https://docs.aws.amazon.com/kms/latest/developerguide/ct-disablekey.html
 */
export class KeyWatch extends RuleWatch {
  constructor(scope: Construct, id: string, { name, keys }: { name: string; keys: readonly IKey[] }) {
    super(scope, id, {
      name,
      description: "Latchkey: a key of ours was disabled, is to be deleted, or has another policy",
      eventPattern: {
        source: ["aws.kms"],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: {
          eventSource: ["kms.amazonaws.com"],
          eventName: CALLS,
          resources: { ARN: keys.map(({ keyArn }) => keyArn) },
        },
      },
    });
  }
}
