import { Aws } from "aws-cdk-lib";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { env } from "../../functions/ask-approvers/env.ts";
import { permitAnswering } from "../broker/lifecycle.ts";
import type { Sender } from "../broker/sender.ts";
import type { BrokerTable } from "../broker/table.ts";
import { CapabilityFunction } from "../function.ts";
import { allow } from "../permissions.ts";

type Props = { table: BrokerTable; sender: Sender; approvalUrl: string };

/** Mails links and codes to a stage's group. Alone may send mail; cannot decide. */
export class AskApprovers extends CapabilityFunction<typeof env> {
  constructor(scope: Construct, { table, sender, approvalUrl }: Props) {
    super(scope, "ask-approvers", {
      description: "Latchkey: mail a stage's approvers",
      env,
      environment: {
        TABLE_NAME: table.table.tableName,
        ACCOUNT_ID: Aws.ACCOUNT_ID,
        APPROVAL_URL: approvalUrl,
        SENDER: sender.address,
      },
      permissions: [
        ...table.permit(["GetItem", "PutItem", "UpdateItem"]), // UpdateItem counts mails (I-45)
        permitAnswering(scope), // the stage may have been decided while it was being asked
        sender.permitSending(),
      ],
      policy: "bundle",
      timeoutSeconds: 60,
    });
  }
}

/** To have a stage asked again: the right to call the alias, not to mail and not to choose whom. */
export const permitAskingAgain = (asker: Alias): PolicyStatement =>
  allow(["lambda:InvokeFunction"], [asker.functionArn]);
