import { type PolicyStatement, User } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Catalogue } from "../../functions/core/catalogue.ts";

export type IdentitiesProps = {
  catalogue: Catalogue;
  /** To call the signed API: all that an agent ever holds. */
  callApi: () => PolicyStatement;
  /** To ask the audit record. */
  audit: () => PolicyStatement[];
  /** To send mail: what the mail gateway is for. */
  sendMail: () => PolicyStatement;
};

const MAIL_GATEWAY = "mail-gateway";

const AUDITORS = "compliance";
const userName = (arn: string): string | undefined => arn.match(/:user\/(?:.*\/)?([^/]+)$/)?.[1];

/** The IAM users of the example company's agents, performing systems and people. Their access keys are made after the deploy, never here. */
export class ExampleIdentities extends Construct {
  constructor(scope: Construct, id: string, { catalogue, callApi, audit, sendMail }: IdentitiesProps) {
    super(scope, id);
    const agents = catalogue.agents.flatMap(({ principals }) =>
      principals.map((arn) => ({ arn, may: [callApi()] })),
    );
    const performers = (catalogue.performers ?? []).flatMap(({ id: performer, principals }) =>
      principals.map((arn) => ({
        arn,
        may: [callApi(), ...(performer === MAIL_GATEWAY ? [sendMail()] : [])],
      })),
    );
    const people = catalogue.people.flatMap(({ principal, groups }) =>
      principal ? [{ arn: principal, may: [callApi(), ...(groups.includes(AUDITORS) ? audit() : [])] }] : [],
    );
    for (const { arn, may } of [...agents, ...performers, ...people]) {
      const name = userName(arn);
      if (!name) continue; // a role: its own account makes it
      const user = new User(this, name, { userName: name });
      for (const statement of may) user.addToPolicy(statement);
    }
  }
}
