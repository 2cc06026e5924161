import { Aws, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { type Catalogue, inPlace } from "../../functions/core/catalogue.ts";
import { env } from "../../functions/read-masked/env.ts";
import type { MaskedQueries } from "../broker/masked-queries.ts";
import { permitRaw, rawPatterns } from "../broker/raw-reads.ts";
import type { SealKey } from "../broker/seal-key.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { names } from "../names.ts";

type Props = { table: BrokerTable; sealKey: SealKey; queries: MaskedQueries; catalogue: Catalogue };

/** Gives rows of masked grants. Alone reads raw data, of the resources that have masking rules, and nothing else of theirs. */
export class ReadMasked extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, sealKey, queries, catalogue }: Props) {
    const { account, region } = Stack.of(scope);
    const masked = inPlace(catalogue, { accountId: account, region }).resources.filter(
      ({ masking }) => masking,
    );
    const asksAthena = masked.some(({ kind }) => kind === "glue-table");
    super(scope, "read-masked", {
      description: "Latchkey: read rows of a masked grant",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        SEAL_KEY_ARN: sealKey.key.keyArn,
        WORKGROUP: names.maskedWorkgroup,
      },
      permissions: [
        // Query finds lockdowns; a page is recorded only while its grant is active.
        ...table.permit(["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"]),
        sealKey.permitOpening(),
        ...masked.flatMap(permitRaw),
        ...(asksAthena ? queries.permit() : []),
      ],
      wildcards: Object.assign({}, ...masked.map(rawPatterns), asksAthena ? queries.wildcards : {}),
      policy: "bundle",
      // A Parquet row group of 128 MB is held whole, and unpacked beside it.
      memoryMb: 2048,
      timeoutSeconds: 29, // as long as API Gateway waits
    });
  }
}
