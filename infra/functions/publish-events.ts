import { Duration } from "aws-cdk-lib";
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { env } from "../../functions/publish-events/env.ts";
import type { Bus } from "../broker/bus.ts";
import { anyStreamArn, type BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable; bus: Bus };

/** Second reader of the table's stream: lowers quotas and puts every event on the bus. */
export class PublishEvents extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, bus }: Props) {
    super(scope, "publish-events", {
      description: "Latchkey: hand events to the bus and lower quotas",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        BUS_NAME: bus.bus.eventBusName,
        PARKED_QUEUE_URL: bus.parked.queueUrl,
      },
      permissions: [
        ...table.permitStream(),
        ...table.permit(["UpdateItem"]),
        bus.permitPutting(),
        bus.permitParking(),
      ],
      wildcards: { [anyStreamArn(scope)]: "Lambda lists a table's streams; a listing is of no single one." },
      timeoutSeconds: 60,
    });

    new EventSourceMapping(this, "Stream", {
      target: this,
      eventSourceArn: table.table.tableStreamArn ?? "",
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual("INSERT"),
          dynamodb: { NewImage: { entity: { S: FilterRule.isEqual("event") } } },
        }),
      ],
      // Small, and without a window: notices are read by people who wait, and a quota should be free at once.
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 100,
      maxRecordAge: Duration.hours(20),
      // The same queue: `sweep` leaves what it cannot republish there, and rings.
      onFailure: { bind: () => ({ destination: bus.parked.queueArn }) }, // SqsDlq would permit more than sending
    });
  }
}
