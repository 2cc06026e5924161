import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { allAccessRoleArns } from "./access-roles/access-role.ts";
import { AccessAtRisk } from "./broker/access-at-risk.ts";
import { ActionAlarms } from "./broker/action-alarms.ts";
import { AlarmMail } from "./broker/alarm-mail.ts";
import { BrokerAlarms } from "./broker/alarms.ts";
import { ApiLogging } from "./broker/api-logging.ts";
import { ApprovalApi } from "./broker/approval-api.ts";
import { Bus } from "./broker/bus.ts";
import { BusAlarms } from "./broker/bus-alarms.ts";
import { DecisionAlarms } from "./broker/decision-alarms.ts";
import { DenyAlarms } from "./broker/deny-alarms.ts";
import { DenyQueue } from "./broker/deny-queue.ts";
import { Lifecycle } from "./broker/lifecycle.ts";
import { MaskedQueries } from "./broker/masked-queries.ts";
import { PeopleAlarms } from "./broker/people-alarms.ts";
import { ProbeQueue } from "./broker/probe-queue.ts";
import { SealKey } from "./broker/seal-key.ts";
import { Sender } from "./broker/sender.ts";
import { SignedApi } from "./broker/signed-api.ts";
import { SlackWebhook } from "./broker/slack-webhook.ts";
import { BrokerTable } from "./broker/table.ts";
import { ThrottleAlarms } from "./broker/throttle-alarms.ts";
import { WatchAlarms } from "./broker/watch-alarms.ts";
import { ApprovalPage } from "./functions/approval-page.ts";
import { AskApprovers } from "./functions/ask-approvers.ts";
import { CredentialsApi } from "./functions/credentials-api.ts";
import { DecisionsApi } from "./functions/decisions-api.ts";
import { EndAccess } from "./functions/end-access.ts";
import { GrantsApi } from "./functions/grants-api.ts";
import { IssuePermit } from "./functions/issue-permit.ts";
import { MailEvents } from "./functions/mail-events.ts";
import { MintCredentials } from "./functions/mint-credentials.ts";
import { Notify } from "./functions/notify.ts";
import { PerformAction, performedTypes } from "./functions/perform-action.ts";
import { PermitsApi } from "./functions/permits-api.ts";
import { ProveDenial } from "./functions/prove-denial.ts";
import { PublicDocuments } from "./functions/public-documents.ts";
import { PublishEvents } from "./functions/publish-events.ts";
import { ReadMasked } from "./functions/read-masked.ts";
import { RevokeAccess } from "./functions/revoke-access.ts";
import { StartApprovals } from "./functions/start-approvals.ts";
import { StopsApi } from "./functions/stops-api.ts";
import { Sweep } from "./functions/sweep.ts";
import { Watch } from "./functions/watch.ts";
import { KeyAlarms } from "./key-alarms.ts";
import { LastStop } from "./last-stop.ts";
import { targetOf } from "./local.ts";
import { names } from "./names.ts";
import type { Settings } from "./settings.ts";
import { SigningKey } from "./signing-key.ts";

/** The broker: table, functions, both APIs, workflow, mail. */
export class BrokerStack extends Stack {
  readonly table: BrokerTable;
  readonly sender: Sender;
  readonly signedApi: SignedApi;
  readonly alarmMail: AlarmMail;

  constructor(scope: Construct, id: string, { bundle, deployment }: Settings) {
    super(scope, id, { description: "Latchkey: just-in-time access broker for AI agents" });
    const { catalogue } = bundle;
    const { externalId } = deployment;
    const roleArns = allAccessRoleArns(this, catalogue);

    const table = new BrokerTable(this, "Table");
    const sealKey = new SealKey(this, "SealKey");
    const permitKey = new SigningKey(this, "PermitKey", {
      purpose: "permit",
      generation: deployment.permitKey,
    });
    const denyQueue = new DenyQueue(this, "DenyQueue");
    const probeQueue = new ProbeQueue(this, "ProbeQueue");
    const bus = new Bus(this, "Bus");
    const sender = new Sender(this, "Sender", deployment.sender);
    const signedApi = new SignedApi(this, "SignedApi", deployment.callers);
    const approvalApi = new ApprovalApi(this, "ApprovalApi", deployment.approvalDomain);
    new ApiLogging(this, "ApiLogging", [signedApi, approvalApi]);

    const askApprovers = new AskApprovers(this, { table, sender, approvalUrl: approvalApi.publicUrl });
    const asker = askApprovers.live();
    const minter = new MintCredentials(this, {
      table,
      sealKey,
      externalId,
      accessRoleArns: roleArns,
    });
    const issuer = new IssuePermit(this, { table, key: permitKey, approvalUrl: approvalApi.publicUrl });
    const ender = new EndAccess(this, { table, denyQueue });
    const queries = new MaskedQueries(this, "MaskedQueries");
    const failures = new LastStop(this, "ActionFailures", names.actionFailures);
    const performers = performedTypes(catalogue).map(
      (type) => new PerformAction(this, { table, bus, failures, type }).alias,
    );
    const tasks = {
      AskApprovers: asker,
      MintCredentials: minter.live(),
      IssuePermit: issuer.live(),
      EndAccess: ender.live(),
    };
    const { machine } = new Lifecycle(this, "Lifecycle", tasks, performers);

    const signed = {
      "grants-api": new GrantsApi(this, { table, machine, denyQueue, asker }),
      "credentials-api": new CredentialsApi(this, { table, sealKey }),
      "read-masked": new ReadMasked(this, { table, sealKey, queries, catalogue }),
      "decisions-api": new DecisionsApi(this, { table, asker }),
      "stops-api": new StopsApi(this, { table, denyQueue }),
      "permits-api": new PermitsApi(this, { table }),
    };
    signedApi.serve(signed);
    const open = {
      "approval-page": new ApprovalPage(this, { table }),
      "public-documents": new PublicDocuments(this, { table }),
    };
    approvalApi.serve(open);

    const revoker = new RevokeAccess(this, { table, denyQueue, probeQueue, catalogue, externalId });
    const prover = new ProveDenial(this, { table, probeQueue, externalId, accessRoleArns: roleArns });
    const sweep = new Sweep(this, { table, machine, denyQueue, bus, asker, catalogue, externalId });
    const publisher = new PublishEvents(this, { table, bus });
    const watch = new Watch(this, { table, bus, denyQueue });
    if (catalogue.starts) new StartApprovals(this, { table, bus, machine, failures, catalogue });
    const slackWebhook = new SlackWebhook(this, "SlackWebhook");
    const notifier = new Notify(this, { bus, slackWebhook });

    const mailEvents = new MailEvents(this, { table });

    this.alarmMail = new AlarmMail(this, "AlarmMail", deployment.alarmAddress);
    const { topic } = this.alarmMail;
    new BrokerAlarms(this, "Alarms", { machine, denyQueue, revoker, sweep, minter, topic });
    new DenyAlarms(this, "DenyAlarms", { probeQueue, revoker, prover, sweep, topic });
    new BusAlarms(this, "BusAlarms", { publisher, notifier, sweep, topic });
    new WatchAlarms(this, "WatchAlarms", { watch, topic });
    new ActionAlarms(this, "ActionAlarms", { failures, topic });
    new PeopleAlarms(this, "PeopleAlarms", {
      asker: askApprovers.logGroup,
      sweep: sweep.logGroup,
      mailEvents,
      topic,
    });
    new DecisionAlarms(this, "DecisionAlarms", { minter, topic });
    const stopping = { "revoke-access": revoker, sweep };
    const functions = {
      ...{ ...signed, ...open, ...stopping },
      ...{ "mint-credentials": minter, "ask-approvers": askApprovers },
    };
    new ThrottleAlarms(this, "ThrottleAlarms", { functions, revoker, minter, table, topic });
    new KeyAlarms(this, "KeyAlarms", {
      prefix: "",
      keys: [table.key, sealKey.key, permitKey.key],
      users: { Minting: minter.logGroup, Permits: issuer.logGroup },
      topic,
    });
    // Last: it is about the alarms above.
    if (targetOf(this).compositeAlarms) new AccessAtRisk(this, "AccessAtRisk", { topic });
    this.table = table;
    this.sender = sender;
    this.signedApi = signedApi;

    new CfnOutput(this, "SignedApiId", { value: signedApi.restApiId });
    new CfnOutput(this, "SignedApiUrl", { value: signedApi.ownUrl });
    new CfnOutput(this, "ApprovalApiId", { value: approvalApi.restApiId });
    new CfnOutput(this, "ApprovalApiUrl", { value: approvalApi.publicUrl });
    new CfnOutput(this, "TableName", { value: table.table.tableName });
    new CfnOutput(this, "StateMachineArn", { value: machine.stateMachineArn });
  }
}
