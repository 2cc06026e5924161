import { Aws } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { env } from "../../functions/issue-permit/env.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { allow } from "../permissions.ts";
import type { SigningKey } from "../signing-key.ts";

type Props = { table: BrokerTable; key: SigningKey; approvalUrl: string };

/** Signs the permit of an approved action. Alone may use the permits' key; has no other right outside the table. */
export class IssuePermit extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, key, approvalUrl }: Props) {
    super(scope, "issue-permit", {
      description: "Latchkey: sign the permit of an approved action",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        PERMIT_KEY: key.key.keyArn,
        APPROVAL_URL: approvalUrl,
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "DeleteItem"]),
        allow(["kms:GetPublicKey", "kms:Sign"], [key.key.keyArn]),
      ],
      policy: "engine",
      memoryMb: 1024,
      timeoutSeconds: 30,
    });
  }
}
