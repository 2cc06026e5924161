import { Aws } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { env } from "../../functions/permits-api/env.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable };

/** Redeems permits, and takes what came of the actions. Checks signatures with public keys: it can use no key. */
export class PermitsApi extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table }: Props) {
    super(scope, "permits-api", {
      description: "Latchkey: redeem a permit once, and note what came of it",
      env,
      environment: { TABLE_NAME: table.table.tableName, ACCOUNT_ID: Aws.ACCOUNT_ID },
      permissions: [
        // UpdateItem counts repeated refusals (I-59).
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"]),
      ],
      policy: "bundle",
      memoryMb: 1024,
      timeoutSeconds: 28, // API Gateway waits a second longer
    });
  }
}
