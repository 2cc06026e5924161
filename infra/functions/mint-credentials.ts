import { Aws } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { SESSION_NAMES } from "../../functions/core/access-trust.ts";
import { env } from "../../functions/mint-credentials/env.ts";
import type { SealKey } from "../broker/seal-key.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";

type Props = { table: BrokerTable; sealKey: SealKey; externalId: string; accessRoleArns: string[] };

/** The only minter: may assume exactly the access roles, under its own session names, and close the seal. */
export class MintCredentials extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, sealKey, externalId, accessRoleArns }: Props) {
    const { longestSessionSeconds, rotateBeforeSeconds } = targetOf(scope);
    super(scope, "mint-credentials", {
      description: "Latchkey: mint a grant's session",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        PARTITION: Aws.PARTITION,
        SEAL_KEY_ARN: sealKey.key.keyArn,
        EXTERNAL_ID: externalId,
        LONGEST_SESSION_SECONDS: String(longestSessionSeconds),
        ROTATE_BEFORE_SECONDS: String(rotateBeforeSeconds),
      },
      permissions: [
        ...table.permit(["GetItem", "Query", "PutItem", "DeleteItem"]),
        sealKey.permitClosing(),
        allow(
          ["sts:AssumeRole"],
          accessRoleArns,
          targetOf(scope).where({ StringLike: { "sts:RoleSessionName": SESSION_NAMES } }),
        ),
        // Only the source identity is in the context of this one.
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
        allow(["sts:SetSourceIdentity"], accessRoleArns),
      ],
      policy: "engine",
      memoryMb: 1024,
      timeoutSeconds: 30,
    });
  }
}
