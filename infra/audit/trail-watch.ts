import type { Construct } from "constructs";
import { names } from "../names.ts";
import { RuleWatch } from "../rule-watch.ts";

/** Calls that end or narrow what a trail records. Each names its trail, by name or by ARN, as `name` or `trailName`. */
const CALLS = ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"];

/**
 * Counts calls that change the trail, a deploy's own included: somebody should know of each. CloudTrail tells of its own
 * calls as of any other's, in the trail's home region.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html
 */
export class TrailWatch extends RuleWatch {
  constructor(scope: Construct, id: string) {
    const ours = [names.trail, { suffix: `:trail/${names.trail}` }];
    super(scope, id, {
      name: names.trailWatch,
      description: "Latchkey: the trail of what minted sessions call was changed or stopped",
      eventPattern: {
        source: ["aws.cloudtrail"],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: {
          eventSource: ["cloudtrail.amazonaws.com"],
          eventName: CALLS,
          $or: [{ requestParameters: { name: ours } }, { requestParameters: { trailName: ours } }],
        },
      },
    });
  }
}
