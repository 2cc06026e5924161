import { Duration } from "aws-cdk-lib";
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { BrokerTable } from "./table.ts";

type Batch = Pick<EventSourceMappingOptions, "batchSize" | "maxBatchingWindow" | "parallelizationFactor">;

/** Makes a function a reader of the table's stream: of the events, and of nothing else that happens in the table. */
export function readEvents(reader: IFunction, table: BrokerTable, failures: Queue, batch: Batch): void {
  new EventSourceMapping(reader, "Stream", {
    target: reader,
    eventSourceArn: table.table.tableStreamArn ?? "",
    startingPosition: StartingPosition.TRIM_HORIZON,
    // Events are only ever inserted; everything else in the stream is no business of the record.
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual("INSERT"),
        dynamodb: { NewImage: { entity: { S: FilterRule.isEqual("event") } } },
      }),
    ],
    ...batch,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    // Some hours of trying, well within the stream's 24; what then fails is named in the queue, with an alarm.
    retryAttempts: 100,
    maxRecordAge: Duration.hours(20),
    onFailure: { bind: () => ({ destination: failures.queueArn }) }, // SqsDlq would permit more than sending
  });
}
