import { Aws } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { env } from "../../functions/credentials-api/env.ts";
import type { SealKey } from "../broker/seal-key.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable; sealKey: SealKey };

/** Hands an agent its own session. Alone may open the seal; writes only that it did, or refused. */
export class CredentialsApi extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, sealKey }: Props) {
    super(scope, "credentials-api", {
      description: "Latchkey: hand over the credentials of an active grant",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        SEAL_KEY_ARN: sealKey.key.keyArn,
      },
      permissions: [
        // Query finds lockdowns; UpdateItem counts repeated refusals (I-59).
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem"]),
        sealKey.permitOpening(),
      ],
      policy: "bundle",
      memoryMb: 1024,
      timeoutSeconds: 28, // API Gateway waits a second longer
    });
  }
}
