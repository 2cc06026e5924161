import type { Call } from "../evaluate.ts";
import { ACCOUNT, allow, type Matrix, REGION } from "./kit.ts";

const STAGE = `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1b2c3d4e5/prod/`;
const api = { kind: "http-api" as const, arn: `${STAGE}*` };
const call = (route: string, stage = STAGE): Call => ({
  action: "execute-api:Invoke",
  resource: `${stage}${route}`,
});

export const httpApi: Matrix = {
  compiled: [
    {
      ask: { ...api, access: "invoke" },
      statements: [allow(["execute-api:Invoke"], [`${STAGE}*`])],
      lines: ["call every method and path of stage prod of API a1b2c3d4e5"],
    },
    {
      ask: { ...api, access: "invoke", scope: { routes: ["GET /orders/42", "POST /refunds"] } },
      statements: [allow(["execute-api:Invoke"], [`${STAGE}GET/orders/42`, `${STAGE}POST/refunds`])],
      lines: [
        "call prod/GET/orders/42 (stage, method, path) of API a1b2c3d4e5",
        "call prod/POST/refunds (stage, method, path) of API a1b2c3d4e5",
      ],
    },
  ],
  probes: [
    {
      ask: { ...api, access: "invoke" },
      allowed: [call("GET/orders/42"), call("DELETE/orders/42"), call("GET/")],
      refused: [
        call("GET/orders/42", STAGE.replace("prod", "test")),
        call("GET/orders/42", STAGE.replace("a1b2c3d4e5", "f6g7h8i9j0")),
        { ...call("GET/orders/42"), action: "execute-api:ManageConnections" },
        { ...call("GET/orders/42"), action: "execute-api:InvalidateCache" },
        { action: "apigateway:GET", resource: `arn:aws:apigateway:${REGION}::/restapis/a1b2c3d4e5` },
      ],
    },
    {
      ask: { ...api, access: "invoke", scope: { routes: ["GET /orders/42", "POST /refunds"] } },
      allowed: [call("GET/orders/42"), call("POST/refunds")],
      refused: [
        call("GET/orders/421"),
        call("GET/orders/42/lines"),
        call("GET/orders"),
        call("DELETE/orders/42"),
        call("GET/refunds"),
        call("POST/orders/42"),
      ],
    },
  ],
  scopes: {
    refused: [
      { scope: {}, path: ["routes"], reason: /expected array/ },
      { scope: { routes: [] }, path: ["routes"], reason: "must not be empty" },
      ...[
        "",
        "GET",
        "/orders",
        "GET orders",
        "get /orders",
        "ANY /orders",
        "* /orders",
        "GET /orders/*",
        "GET /a?b",
      ].map((each) => ({
        scope: { routes: [each] },
        path: ["routes", 0],
        reason: /^must be a method and a path/,
      })),
      ...["GET /a b", "GET /a\n", "GET /%2e", "GET /a$", "GET /{id}", "GET /é"].map((each) => ({
        ...{ scope: { routes: [each] }, path: ["routes", 0], reason: /^must be a method and a path/ },
      })),
      { scope: { routes: ["GET //a"] }, path: ["routes", 0], reason: "must not contain //" },
      {
        scope: { routes: ["GET /a/../b"] },
        path: ["routes", 0],
        reason: "must not contain . or .. as a part",
      },
    ],
    accepted: [
      {
        scope: { routes: ["POST /b", "GET /a/1", "GET /"] },
        canonical: { routes: ["GET /", "GET /a/1", "POST /b"] },
      },
    ],
  },
  fits: [`${STAGE}*`, "arn:aws:execute-api:{region}:{account}:a1b2c3d4e5/prod/*"],
  misfits: [`${STAGE}GET/orders`, "arn:aws:execute-api:eu-west-1:000000000000:*/prod/*", `${STAGE}*/*`],
};
