import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { AuditQueries } from "./audit/queries.ts";
import type { Sender } from "./broker/sender.ts";
import type { SignedApi } from "./broker/signed-api.ts";
import { ExampleIdentities } from "./example/identities.ts";
import { ExampleStores } from "./example/stores.ts";
import type { Settings } from "./settings.ts";

export type ExampleStackProps = Settings & { signedApi: SignedApi; sender: Sender; queries: AuditQueries };

/** A company to try Latchkey with: its data stores, its agents, its people. Never part of a real deployment. */
export class ExampleStack extends Stack {
  constructor(scope: Construct, id: string, { bundle, signedApi, sender, queries }: ExampleStackProps) {
    super(scope, id, { description: "Latchkey: the example company" });

    new ExampleStores(this, "Stores");
    new ExampleIdentities(this, "Identities", {
      catalogue: bundle.catalogue,
      callApi: () => signedApi.permitCalling(),
      audit: () => queries.permitAuditing(),
      sendMail: () => sender.permitSending(),
    });
  }
}
