import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { otherAccounts } from "./access-roles/access-role.ts";
import { AccessRolesStack } from "./access-roles-stack.ts";
import { AuditStack } from "./audit-stack.ts";
import { BrokerStack } from "./broker-stack.ts";
import { LatchkeyDashboard } from "./dashboard/dashboard.ts";
import { ExampleStack } from "./example-stack.ts";
import { targetOf } from "./local.ts";
import type { Settings } from "./settings.ts";

/** Checks the whole app at every synth; a finding that nobody acknowledged stops it. */
export function addNag(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/** All of Latchkey. Without an account or region in it: the same templates for whoever deploys. */
export function addLatchkey(app: App, settings: Settings): void {
  const target = targetOf(app);
  const broker = new BrokerStack(app, "LatchkeyBroker", settings);
  const why = "IAM refuses a trust policy that names a role which is not there yet.";
  new AccessRolesStack(app, "LatchkeyAccessRoles", settings).addStackDependency(broker, why);
  // Deployed with credentials of their own accounts; nothing else depends on them, nor they on anything by reference.
  for (const account of otherAccounts(settings.bundle.catalogue))
    new AccessRolesStack(app, `LatchkeyAccessRoles-${account}`, { ...settings, account });
  const audit = new AuditStack(app, "LatchkeyAudit", {
    ...settings,
    table: broker.table,
    sender: broker.sender,
    alarmTopic: broker.alarmMail.topic,
  });
  new LatchkeyDashboard(audit, "Dashboard", { alarmsOf: [broker, audit] });
  if (!target.example) return;
  const { signedApi, sender } = broker;
  new ExampleStack(app, "LatchkeyExample", { ...settings, signedApi, sender, queries: audit.queries });
}
