import { Duration } from "aws-cdk-lib";
import { ArnPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { TrustedBroker } from "../../functions/core/access-trust.ts";
import { acknowledgeWildcard } from "../acknowledged.ts";
import { names } from "../names.ts";
import { anyAccessRole, permitDenyLists, WHY_ANY } from "./permit-deny-lists.ts";

type Props = { broker: TrustedBroker };

/** By which the broker's `revoke-access` writes the deny lists of this account: as limited as that is in its own. */
export class Revoker extends Construct {
  constructor(scope: Construct, id: string, { broker }: Props) {
    super(scope, id);
    const { partition, accountId, externalId } = broker;
    const writer = `arn:${partition}:iam::${accountId}:role/${names.capability("revoke-access")}`;
    const role = new Role(this, "Role", {
      roleName: names.revoker,
      description: "Latchkey: write the deny lists of this account's access roles",
      assumedBy: new ArnPrincipal(writer).withConditions({ StringEquals: { "sts:ExternalId": externalId } }),
      maxSessionDuration: Duration.hours(1),
    });
    for (const statement of permitDenyLists(this)) role.addToPolicy(statement);
    acknowledgeWildcard(role, anyAccessRole(this), WHY_ANY);
  }
}
