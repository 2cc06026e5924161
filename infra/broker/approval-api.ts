import { Stack } from "aws-cdk-lib";
import { MethodLoggingLevel } from "aws-cdk-lib/aws-apigateway";
import type { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { STAGE } from "../names.ts";
import type { Deployment } from "../policy/deployment.ts";
import { RoutedApi } from "./routed-api.ts";

/**
 * The API of people with a link: nothing is signed, the token in the path is the right. So nothing may write the path
 * down: no execution log, no tracing, and the access log has the route's pattern instead.
 */
export class ApprovalApi extends RoutedApi {
  /** What links in mails begin with. */
  readonly publicUrl: string;

  constructor(scope: Construct, id: string, domain: Deployment["approvalDomain"]) {
    super(scope, id, {
      api: "approval",
      description: "Latchkey: approval pages and public documents",
      executionLog: MethodLoggingLevel.OFF,
      tracing: false,
      throttle: { perSecond: 20, burst: 40 },
      accessLog: {
        route: "$context.resourcePath",
      },
    });
    this.publicUrl = targetOf(this).approvalApiUrl(Stack.of(this), {
      path: `${this.restApiId}/${STAGE}`,
      url: domain === "none" ? this.ownUrl : `https://${domain}`,
    });
  }
}
