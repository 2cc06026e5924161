import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { ProveDenial } from "../functions/prove-denial.ts";
import type { RevokeAccess } from "../functions/revoke-access.ts";
import type { Sweep } from "../functions/sweep.ts";
import { LogAlarm } from "../log-alarm.ts";
import { IamWatch } from "./iam-watch.ts";
import type { ProbeQueue } from "./probe-queue.ts";

type Props = {
  probeQueue: ProbeQueue;
  revoker: RevokeAccess;
  prover: ProveDenial;
  sweep: Sweep;
  topic: ITopic | undefined;
};

/** What can be wrong with a denial after it was written: not proven, undone, or bought with a whole role. */
export class DenyAlarms extends Construct {
  constructor(scope: Construct, id: string, { probeQueue, revoker, prover, sweep, topic }: Props) {
    super(scope, id);
    new Alarm(this, "ProbesFailed", {
      metric: probeQueue.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }),
      threshold: 1,
      impact:
        "A denial could not be probed: its grant stays REVOKING, and nobody knows whether it is refused.",
      runbook: "probes-failed",
      access: true,
      topic,
    });
    new LogAlarm(this, "Unproven", {
      logGroup: prover.logGroup,
      code: "deny.unproven",
      impact: "A revoked grant is not seen to be refused after two minutes: its access may still work.",
      runbook: "deny-unproven",
      access: true,
      topic,
    });
    new LogAlarm(this, "CutOff", {
      logGroup: revoker.logGroup,
      code: "role.cut_off",
      impact: "A role's deny list was full: every grant on the role has ended, and agents must ask again.",
      runbook: "role-cut-off",
      topic,
    });
    new LogAlarm(this, "Drift", {
      logGroup: revoker.logGroup,
      code: "deny.drifted",
      impact: "Denials had gone from a role and are back: what was revoked may have worked in between.",
      runbook: "deny-drift",
      access: true,
      topic,
    });
    new LogAlarm(this, "RoleEdited", {
      logGroup: sweep.logGroup,
      code: "role.edited",
      impact: "Somebody changed an access role: its sessions may do more, or its denials may not be written.",
      runbook: "role-edited",
      access: true,
      topic,
    });
    new Alarm(this, "ForeignWrite", {
      metric: new IamWatch(this, "IamWatch").metric,
      threshold: 1,
      impact: "An inline policy that is not a deny list was written on an access role, by whomever.",
      runbook: "role-edited",
      access: true,
      name: "foreign-policy",
      topic,
    });
  }
}
