import { CfnAccount, type RestApi } from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledged.ts";

/**
 * API Gateway writes logs under one role per account and region. Stages with a log can only be made after it is set.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class ApiLogging extends Construct {
  constructor(scope: Construct, id: string, apis: RestApi[]) {
    super(scope, id);
    const managed = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    const role = new Role(this, "Role", {
      roleName: "latchkey-api-logging",
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(managed)],
    });
    acknowledge(
      role,
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${managed}]`,
      "AWS documents this policy for this role; only the API Gateway service can assume it.",
    );
    const account = new CfnAccount(this, "Account", { cloudWatchRoleArn: role.roleArn });
    for (const api of apis) api.deploymentStage.node.addDependency(account);
  }
}
