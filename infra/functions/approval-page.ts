import { Aws } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { env } from "../../functions/approval-page/env.ts";
import { BY_AGENT } from "../../functions/aws/table/keys.ts";
import { permitAnswering } from "../broker/lifecycle.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable };

/** Shows what is asked, takes the decision, wakes the workflow. Open to whoever has a link, so capped. */
export class ApprovalPage extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table }: Props) {
    super(scope, "approval-page", {
      description: "Latchkey: the approval page and the decision",
      env,
      environment: { TABLE_NAME: table.table.tableName, ACCOUNT_ID: Aws.ACCOUNT_ID },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem"], BY_AGENT),
        permitAnswering(scope),
      ],
      policy: "engine",
      memoryMb: 1024,
      timeoutSeconds: 15,
      reservedConcurrency: 10, // a flood of page views must not take the account's capacity from the rest
    });
  }
}
