import { Aws, Duration } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { BUS_SOURCE } from "../../functions/aws/bus.ts";
import { patternOf } from "../../functions/core/actions/start.ts";
import { type Catalogue, inPlace } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/start-approvals/env.ts";
import type { Bus } from "../broker/bus.ts";
import { permitStarting } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";
import { runOn } from "../run-on.ts";

type Props = { table: BrokerTable; bus: Bus; machine: StateMachine; failures: Queue; catalogue: Catalogue };

/** What may be the end of what an event started. The event is a hint: the function reads what is the case. */
const ENDS = [
  ...["grant.denied", "grant.rejected", "grant.expired", "grant.cancelled", "grant.failed", "grant.revoked"],
  ...["grant.ended", "action.outcome_reported", "action.outcome_unknown"],
];

/** Opens actions that events ask for, as the catalogue's `starts` say, and tells pipelines that wait what came of them. */
export class StartApprovals extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, bus, machine, failures, catalogue }: Props) {
    const place = { accountId: Aws.ACCOUNT_ID, region: Aws.REGION };
    const { starts = [] } = inPlace(catalogue, place);
    const pipelines = starts.flatMap(({ answer }) =>
      answer ? [targetOf(scope).about(answer.stateMachine)] : [],
    );
    super(scope, "start-approvals", {
      description: "Latchkey: open actions that events ask for",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        STATE_MACHINE_ARN: machine.stateMachineArn,
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"]),
        permitStarting(scope),
        ...(pipelines.length > 0
          ? [allow(["states:SendTaskFailure", "states:SendTaskSuccess"], [...new Set(pipelines)])]
          : []),
        allow(["sqs:SendMessage"], [failures.queueArn]),
      ],
      policy: "engine",
      memoryMb: 1024,
      timeoutSeconds: 30,
      reservedConcurrency: 5, // a flood of events asks no faster than this, and leaves the account to others
    });
    const maxEventAge = Duration.hours(6);
    const defaultBus = EventBus.fromEventBusName(this, "DefaultBus", "default");
    for (const start of starts)
      runOn(this, `Start-${start.id}`, {
        rule: {
          eventBus: defaultBus,
          description: `Latchkey: ${start.description}`,
          eventPattern: patternOf(start, Aws.ACCOUNT_ID),
        },
        failures,
        maxEventAge,
      });
    if (pipelines.length === 0) return;
    const resource = [...new Set(starts.map(({ action }) => action))];
    runOn(this, "Ends", {
      rule: {
        eventBus: bus.bus,
        description: "Latchkey: what became of what events started",
        eventPattern: { source: [BUS_SOURCE], detailType: ENDS, detail: { facts: { resource } } },
      },
      failures,
      maxEventAge,
    });
  }
}
