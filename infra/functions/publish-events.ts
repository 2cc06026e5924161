import type { Construct } from "constructs";
import { env } from "../../functions/publish-events/env.ts";
import type { Bus } from "../broker/bus.ts";
import { readEvents } from "../broker/event-stream.ts";
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

    // Small, and without a window: notices are read by people who wait, and a quota should be free at once. What fails goes
    // to the queue of parked events: `sweep` leaves what it cannot republish there, and rings.
    readEvents(this, table, bus.parked, { batchSize: 100 });
  }
}
