import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";

/** What API Gateway fills in after it verified a signature. */
export type Identity = { accountId: string; caller: string; user: string; userArn: string };

export const ACCOUNT = "123456789012";

/** The identity of an IAM user or, with a session name, of a role session. `uniqueId` as IAM made it. */
export function identityOf(arn: string, uniqueId: string, sessionName?: string): Identity {
  const accountId = arn.split(":")[4] ?? "";
  if (sessionName === undefined) return { accountId, caller: uniqueId, user: uniqueId, userArn: arn };
  const caller = `${uniqueId}:${sessionName}`;
  const role = arn.split("/").at(-1);
  return {
    accountId,
    caller,
    user: caller,
    userArn: `arn:aws:sts::${accountId}:assumed-role/${role}/${sessionName}`,
  };
}

export type Request = {
  method: string;
  path: string;
  /** An object becomes JSON; a text is sent as it is. */
  body?: unknown;
  query?: Record<string, string | string[]>;
  headers?: Record<string, string>;
};

const RESOURCES = [
  /^\/grants\/(?<id>[^/]+)\/(?:release|extend|credentials|decision|resend|review|revoke|read)$/,
  /^\/actions\/(?<id>[^/]+)(?:\/(?:redeem|outcome))?$/,
  /^\/lockdowns\/(?<id>[^/]+)$/,
  /^\/grants\/(?<id>[^/]+)$/,
  /^\/approvals\/(?<token>[^/]+)$/,
];

/** The event of a REST API with Lambda proxy integration. https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
export function proxyEvent(
  request: Request,
  identity: Identity | undefined,
  time: number,
): APIGatewayProxyEvent {
  const { method, path, body, query = {}, headers = {} } = request;
  const matched = RESOURCES.map((pattern) => pattern.exec(path)).find((found) => found !== null);
  const many = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()]));
  const given = { "Content-Type": "application/json", Host: "api.test", ...headers };
  const nobody = { accountId: null, caller: null, user: null, userArn: null };
  return {
    resource: path,
    path,
    httpMethod: method,
    headers: given,
    multiValueHeaders: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]])),
    queryStringParameters: Object.fromEntries(
      Object.entries(many).map(([name, values]) => [name, values.at(-1)]),
    ),
    multiValueQueryStringParameters: Object.keys(many).length > 0 ? many : null,
    pathParameters: matched?.groups ? { ...matched.groups } : null,
    stageVariables: null,
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      accountId: ACCOUNT,
      apiId: "test",
      protocol: "HTTP/1.1",
      httpMethod: method,
      path: `/v1${path}`,
      stage: "v1",
      requestId: `request-${time}`,
      requestTimeEpoch: time,
      resourceId: "r",
      resourcePath: path,
      authorizer: null,
      identity: {
        accessKey: identity ? "AKIATEST" : null,
        apiKey: null,
        apiKeyId: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: "203.0.113.7",
        userAgent: "test",
        ...(identity ?? nobody),
      },
    },
  };
}

export const context = { awsRequestId: "test", functionName: "test" } as Context;

/** An answer as a client reads it. */
export type Reply = {
  status: number;
  body: never;
  code: string | undefined;
  path: string | undefined;
  headers: Record<string, unknown>;
  text: string;
};

export function replyOf(result: APIGatewayProxyResult): Reply {
  const body = JSON.parse(result.body) as { error?: { code: string; details?: { path?: string } } };
  const { error } = body;
  return {
    status: result.statusCode,
    body: body as never,
    code: error?.code,
    path: error?.details?.path,
    headers: { ...result.headers },
    text: result.body,
  };
}
