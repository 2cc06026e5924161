import { Duration } from "aws-cdk-lib";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { SignDigest } from "../functions/sign-digest.ts";
import { LogAlarm } from "../log-alarm.ts";
import { logMetric } from "../log-metric.ts";

type Props = { signer: SignDigest; topic: ITopic | undefined };

/** What can be wrong with the proof of the record: none made, none that holds, or somebody at work in the bucket. */
export class DigestAlarms extends Construct {
  constructor(scope: Construct, id: string, { signer, topic }: Props) {
    super(scope, id);
    const { logGroup } = signer;
    new Alarm(this, "Late", {
      metric: logMetric(this, "Signed", { logGroup, code: "digest.signed", metric: "DigestsSigned" }),
      threshold: 1,
      heartbeat: { every: Duration.hours(1), missed: 2 },
      impact: "No hour of the record was signed for two hours: what is in it now could be changed unseen.",
      runbook: "digest-late",
      topic,
    });
    new LogAlarm(this, "Broken", {
      logGroup,
      code: "digest.broken",
      impact:
        "The chain of digests does not hold: signing has stopped, and the record may have been changed.",
      runbook: "digest-broken",
      topic,
    });
    new LogAlarm(this, "HeadMissing", {
      logGroup,
      code: "digest.head_missing",
      impact: "A grant's last event is gone from the table: somebody took it away, and its chain ends short.",
      runbook: "digest-broken",
      name: "digest-head-missing",
      topic,
    });
    new LogAlarm(this, "Deleted", {
      logGroup,
      code: "digest.deleted",
      impact:
        "Somebody got a delete marker into the record: queries miss what it hides; its content is kept.",
      runbook: "record-altered",
      name: "record-deleted",
      topic,
    });
    new LogAlarm(this, "Overwritten", {
      logGroup,
      code: "digest.overwritten",
      impact: "Somebody wrote over an object of the record: queries see the new one; the old one is kept.",
      runbook: "record-altered",
      name: "record-overwritten",
      topic,
    });
    new LogAlarm(this, "NewKey", {
      logGroup,
      code: "digest.new_key",
      impact:
        "Digests are signed by another key from now on: verifiers need it, and you should have ordered it.",
      runbook: "digest-new-key",
      topic,
    });
    new LogAlarm(this, "NotWitnessed", {
      logGroup,
      code: "digest.not_witnessed",
      impact:
        "Digests do not reach who holds them elsewhere: a record cut off now would be found later only.",
      runbook: "digest-not-witnessed",
      topic,
    });
  }
}
