import type { Construct } from "constructs";
import { env } from "../../functions/end-access/env.ts";
import type { DenyQueue } from "../broker/deny-queue.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable; denyQueue: DenyQueue };

/** Closes a grant at its end and deletes its sealed credentials; orders a denial when the window is not over. */
export class EndAccess extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, denyQueue }: Props) {
    super(scope, "end-access", {
      description: "Latchkey: close a grant",
      env,
      environment: { TABLE_NAME: table.table.tableName, DENY_QUEUE_URL: denyQueue.queue.queueUrl },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "DeleteItem"]),
        denyQueue.permitSending(),
      ],
      timeoutSeconds: 30,
    });
  }
}
