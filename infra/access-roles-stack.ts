import { Aws, CfnParameter, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { inPlace } from "../functions/core/catalogue.ts";
import { AccessRole, accessRolesIn } from "./access-roles/access-role.ts";
import { Revoker } from "./access-roles/revoker.ts";
import type { Settings } from "./settings.ts";

type Props = Settings & {
  /** Where, if not in the broker's own account: the stack then has the account's revoker too. */
  account?: string;
};

/** The roles whose sessions agents get, and the ceiling above each. One stack in each account that has resources. */
export class AccessRolesStack extends Stack {
  constructor(scope: Construct, id: string, { bundle, deployment, account }: Props) {
    super(scope, id, { description: "Latchkey: access roles", ...(account ? { env: { account } } : {}) });
    const brokerAccount = account ? this.brokerAccount() : this.account;
    // `{account}` in the catalogue is the broker's, wherever the role is: so do its functions read it.
    const catalogue = inPlace(bundle.catalogue, { accountId: brokerAccount, region: this.region });
    const broker = {
      partition: Aws.PARTITION,
      accountId: brokerAccount,
      externalId: deployment.externalId,
    };

    for (const [accessRole, resources] of accessRolesIn(catalogue, account))
      new AccessRole(this, { accessRole, resources, catalogue, broker });
    if (account) new Revoker(this, "Revoker", { broker });
  }

  private brokerAccount(): string {
    const asked = new CfnParameter(this, "BrokerAccount", {
      description: "The account in which LatchkeyBroker is.",
      allowedPattern: "\\d{12}",
    });
    return asked.valueAsString;
  }
}
