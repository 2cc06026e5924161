import { Aws, RemovalPolicy } from "aws-cdk-lib";
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodLoggingLevel,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { PolicyDocument } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { allRoutes } from "../../functions/core/api/routes.ts";
import { acknowledge } from "../acknowledged.ts";
import { STAGE } from "../names.ts";
import { addErrorBodies } from "./error-bodies.ts";

type Api = (typeof allRoutes)[number]["api"];
type Service = (typeof allRoutes)[number]["service"];

export type RoutedApiProps = {
  api: Api;
  description: string;
  policy?: PolicyDocument;
  /** Fields of a line of the access log, by name, beside those that every line has. */
  accessLog: Record<string, string>;
  executionLog: MethodLoggingLevel;
  tracing: boolean;
  throttle: { perSecond: number; burst: number };
};

/**
 * What every line of an access log has. What API Gateway refuses by itself (no signature, a bad one, no permission) is on
 * record here only: by the kind of error and the status of its two checks. Never by `error.message`: of a bad signature it
 * has the canonical request, and in that the caller's session token.
 * https://repost.aws/knowledge-center/api-gateway-iam-sigv4-mismatch
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const EVERY_LINE = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  status: "$context.status",
  error: "$context.error.responseType",
  authenticated: "$context.authenticate.status",
  authorized: "$context.authorize.status",
  latency: "$context.responseLatency",
} as const;

const AUTHORISATION = { signed: AuthorizationType.IAM, approval: AuthorizationType.NONE } as const;

const ACKNOWLEDGED = {
  both: {
    APIG2: "Bodies are checked by the functions, with the schemas that the OpenAPI document is made from.",
    APIG3: "Throttled per stage, functions capped. A web ACL is an operator's choice: it costs by the month.",
    COG4: "Callers of the signed API are IAM principals; approvers have a link and a code, no account.",
  },
  signed: {},
  approval: {
    APIG4:
      "The link's token is the right to see, the mailed code the right to decide; the contract is public.",
    APIG6: "Execution logs have the path, and the token is in the path.",
  },
} as const;

/** A REST API made from the routes table: each route is a resource and a method that says its authorisation (I-70). */
export class RoutedApi extends RestApi {
  private readonly which: Api;
  /** Without a slash at the end, and without a reference to the stage: functions may be told it before there are routes. */
  readonly ownUrl: string;

  constructor(scope: Construct, id: string, props: RoutedApiProps) {
    const log = new LogGroup(scope, `${id}AccessLog`, {
      logGroupName: `/aws/apigateway/latchkey-${props.api}`,
      retention: RetentionDays.ONE_YEAR, // what API Gateway itself refuses is on record only here
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    super(scope, id, {
      restApiName: `latchkey-${props.api}`,
      description: props.description,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      ...(props.policy ? { policy: props.policy } : {}),
      deployOptions: {
        stageName: STAGE,
        loggingLevel: props.executionLog,
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: props.tracing,
        throttlingRateLimit: props.throttle.perSecond,
        throttlingBurstLimit: props.throttle.burst,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify({ ...EVERY_LINE, ...props.accessLog })),
      },
    });
    this.which = props.api;
    this.ownUrl = `https://${this.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${STAGE}`;
    addErrorBodies(this);
    for (const [rule, reason] of Object.entries({ ...ACKNOWLEDGED.both, ...ACKNOWLEDGED[props.api] }))
      acknowledge(this, `AwsSolutions-${rule}`, reason);
  }

  /** Adds the routes that a function answers. A route whose service is not given here has no method: the tests notice. */
  serve(functions: Partial<Record<Service, IFunction>>): void {
    for (const route of allRoutes.filter((each) => each.api === this.which)) {
      const answering = functions[route.service];
      if (!answering) throw new Error(`no function answers ${route.method} ${route.path}`);
      this.root
        .resourceForPath(route.path)
        .addMethod(route.method, new LambdaIntegration(answering, { allowTestInvoke: false }), {
          operationName: route.name,
          authorizationType: AUTHORISATION[this.which],
        });
    }
  }
}
