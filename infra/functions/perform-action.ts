import { Aws, Duration } from "aws-cdk-lib";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { BUS_SOURCE } from "../../functions/aws/bus.ts";
import type { ActionType } from "../../functions/core/actions/action-type.ts";
import { permissionsOf } from "../../functions/core/actions/performers/registry.ts";
import { type Catalogue, inPlace } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/perform-action/env.ts";
import type { Bus } from "../broker/bus.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";
import { runOn } from "../run-on.ts";

type Props = { table: BrokerTable; bus: Bus; failures: Queue; type: ActionType };

/** What tells a function that what it started is to be stopped; what is the case, it reads in the table. */
const STOPS = ["grant.revoking", "action.stop_ordered"];

/** The action types that Latchkey performs itself, as they are in this account and Region. */
export const performedTypes = (catalogue: Catalogue): ActionType[] =>
  (inPlace(catalogue, { accountId: Aws.ACCOUNT_ID, region: Aws.REGION }).actions ?? []).filter(
    ({ performer }) => performer !== undefined,
  );

/**
 * Performs the actions of one type, and no others: one function and one role for each type that names a performer, whose
 * rights are what the type's limits come to.
 */
export class PerformAction extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, bus, failures, type }: Props) {
    const site = { partition: Aws.PARTITION, region: Aws.REGION, accountId: Aws.ACCOUNT_ID };
    const { permissions, wildcards } = permissionsOf(type, site);
    const patterns = permissions.flatMap(({ resources }) => resources).filter((arn) => arn.includes("*"));
    super(scope, `perform-${type.id}`, {
      description: `Latchkey: perform ${type.id}`,
      folder: `perform-action/${type.performer}`,
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        ACTION_TYPE: type.id,
        ...targetOf(scope).jobEndpoints(scope),
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "ConditionCheckItem"]),
        allow(["sqs:SendMessage"], [failures.queueArn]),
        ...permissions.map(({ actions, resources, conditions }) => allow(actions, resources, conditions)),
      ],
      wildcards: Object.fromEntries(patterns.map((arn) => [arn, wildcards])),
      policy: "bundle",
      timeoutSeconds: 60,
    });
    // A job that goes on by itself is stopped with its grant.
    if (type.performer !== "start-tuning") return;
    runOn(this, "Stops", {
      rule: {
        eventBus: bus.bus,
        description: `Latchkey: what stops what ${type.id} started`,
        eventPattern: { source: [BUS_SOURCE], detailType: STOPS, detail: { facts: { resource: [type.id] } } },
      },
      failures,
      maxEventAge: Duration.hours(6),
    });
  }
}
