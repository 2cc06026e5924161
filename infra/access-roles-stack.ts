import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { inPlace } from "../functions/core/catalogue.ts";
import { AccessRole, accessRolesOf } from "./access-roles/access-role.ts";
import type { Settings } from "./settings.ts";

/** The roles whose sessions agents get, and the ceiling above them. One stack in each account that has resources. */
export class AccessRolesStack extends Stack {
  constructor(scope: Construct, id: string, { bundle, deployment }: Settings) {
    super(scope, id, { description: "Latchkey: access roles" });
    const catalogue = inPlace(bundle.catalogue, { accountId: this.account, region: this.region });

    for (const [accessRole, resources] of accessRolesOf(catalogue))
      new AccessRole(this, { accessRole, resources, externalId: deployment.externalId });
  }
}
