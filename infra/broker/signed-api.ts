import { Aws } from "aws-cdk-lib";
import { MethodLoggingLevel } from "aws-cdk-lib/aws-apigateway";
import { AccountPrincipal, AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { STAGE } from "../names.ts";
import { allow } from "../permissions.ts";
import type { Deployment } from "../policy/deployment.ts";
import { RoutedApi } from "./routed-api.ts";

const OURS = `execute-api:/${STAGE}/*`;

/** Who may reach the signed API at all; who may do what is decided behind it. Never an Allow for everybody. */
function callersOnly(callers: Deployment["callers"]): PolicyDocument {
  const ours = { actions: ["execute-api:Invoke"], resources: [OURS] };
  if ("organization" in callers) {
    // Principals of an organisation have no other name than `*` with this condition.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
    const inside = { "aws:PrincipalOrgID": callers.organization };
    const anyone = [new AnyPrincipal()];
    return new PolicyDocument({
      statements: [
        new PolicyStatement({ ...ours, principals: anyone, conditions: { StringEquals: inside } }),
        new PolicyStatement({
          ...ours,
          effect: Effect.DENY,
          principals: anyone,
          conditions: { StringNotEquals: inside },
        }),
      ],
    });
  }
  const accounts = callers.accounts.map((account) => (account === "{account}" ? Aws.ACCOUNT_ID : account));
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...ours, principals: accounts.map((id) => new AccountPrincipal(id)) }),
      new PolicyStatement({
        ...ours,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        conditions: { StringNotEquals: { "aws:PrincipalAccount": accounts } },
      }),
    ],
  });
}

/** The API of agents and of people with an IAM identity: SigV4 on every route. */
export class SignedApi extends RoutedApi {
  constructor(scope: Construct, id: string, callers: Deployment["callers"]) {
    super(scope, id, {
      api: "signed",
      description: "Latchkey: ask for grants, collect credentials, release",
      policy: callersOnly(callers),
      executionLog: MethodLoggingLevel.ERROR,
      tracing: true,
      throttle: { perSecond: 100, burst: 200 },
      accessLog: {
        caller: "$context.identity.userArn",
        principal: "$context.identity.caller",
        account: "$context.identity.accountId",
        path: "$context.path", // ids only: nothing here is secret
      },
    });
  }

  /** To call any of its routes: what each caller may do is decided behind them. */
  permitCalling(): PolicyStatement {
    return allow(["execute-api:Invoke"], [this.arnForExecuteApi("*", "/*", STAGE)]);
  }
}
