import type { Construct } from "constructs";
import { env } from "../../functions/public-documents/env.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";

type Props = { table: BrokerTable };

/** The contract and the public keys of digests and permits, for anyone. Reads the two partitions that hold those keys. */
export class PublicDocuments extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table }: Props) {
    super(scope, "public-documents", {
      description: "Latchkey: the OpenAPI document and the digests' public keys",
      env,
      environment: { TABLE_NAME: table.table.tableName },
      permissions: table.permitPartitions({ Query: ["DIGEST", "PERMITKEYS"] }),
      timeoutSeconds: 15,
      reservedConcurrency: 5,
    });
  }
}
