import { Router } from "@aws-lambda-powertools/event-handler/http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { emptyQuery } from "../../core/api/queries.ts";
import { allRoutes, type Route, type RouteName } from "../../core/api/routes.ts";
import { emptyBody } from "../../core/api/schemas.ts";
import type { Actor } from "../../core/audit/event.ts";
import type { Catalogue } from "../../core/catalogue.ts";
import { isRefusal, type Refusal, refusal } from "../../core/errors.ts";
import { callerOf } from "../../core/identity.ts";
import { windowField } from "../../core/watch/window-field.ts";
import { takeCounts } from "../calls.ts";
import { faultFields, type Log } from "../log.ts";
import type { NewId, Now } from "../system.ts";
import type { Table } from "../table/client.ts";
import { recordRefusal } from "../table/counted.ts";
import { type Answer, faultCode, jsonResponse } from "./answer.ts";
import { parseBody, parseQuery, withoutGetBody } from "./input.ts";
import { originOf } from "./origin.ts";
import { actorOf, type Principal, principalOf } from "./principal.ts";

/** A call that API Gateway verified, of a caller that the catalogue knows, with input that its schema accepted. */
export type Call = {
  principal: Principal;
  actor: Actor;
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  idempotencyKey: string | undefined;
};
export type CallHandler = (call: Call) => Promise<Answer>;
export type ApiDeps = { catalogue: Catalogue; table: Table; now: Now; newId: NewId; log: Log };

/** The kinds of principal that a route is for. Those of the approval API are for none. */
const CALLERS: Record<Route["permission"], readonly Principal["kind"][]> = {
  agent: ["agent"],
  person: ["person"],
  "agent-or-person": ["agent", "person"],
  "agent-or-performer": ["agent", "performer"],
  "any-principal": ["agent", "person", "performer"],
  link: [],
  anyone: [],
};

// A client that asks too early is not refused anything, and a plain no is a grant with an event of its own.
const NOT_RECORDED = ["not_ready", "policy_denied"];

async function record(deps: ApiDeps, route: Route, actor: Actor, refused: Refusal): Promise<void> {
  const { code } = refused.error;
  if (NOT_RECORDED.includes(code)) return;
  const agent = actor.type === "agent" ? { agent: actor.id } : {};
  const field = code === "invalid_request" ? windowField(refused.error.details?.path) : undefined;
  // Which field, of a few: who asks for another window than there is is watched.
  const facts = { code, ...agent, ...(field ? { reason: `window: ${field}` } : {}) };
  await recordRefusal(deps, { actor, facts: { ...facts, path: `${route.method} ${route.path}` } });
}

async function answerCall(
  deps: ApiDeps,
  route: Route,
  handle: CallHandler,
  event: APIGatewayProxyEvent,
): Promise<Answer> {
  const caller = callerOf(event.requestContext.identity);
  if (!caller) {
    const refused = refusal("forbidden");
    const stranger = strangerIn(event.requestContext);
    if (stranger) await record(deps, route, stranger, refused);
    return refused;
  }
  const principal = await principalOf(deps.catalogue, deps.table, caller);
  const actor = actorOf(principal, caller, originOf(event.requestContext));
  const answer = await (async (): Promise<Answer> => {
    if (!principal) return refusal("forbidden");
    if (!CALLERS[route.permission].includes(principal.kind)) return refusal("not_your_role");
    const query = parseQuery(route.query ?? emptyQuery, event.multiValueQueryStringParameters);
    if (!query.ok) return query.refusal;
    const raw = event.isBase64Encoded ? decode(event.body) : event.body;
    const body = parseBody(route.body ?? emptyBody, raw, route.maxBytes);
    if (!body.ok) return body.refusal;
    const params = Object.fromEntries(
      Object.entries(event.pathParameters ?? {}).map(([name, value]) => [name, value ?? ""]),
    );
    const idempotencyKey = headerOf(event, "idempotency-key");
    return handle({ principal, actor, params, query: query.value, body: body.value, idempotencyKey });
  })();
  if (isRefusal(answer)) await record(deps, route, actor, answer);
  return answer;
}

/** A verified caller of a kind that is nobody here (root, federated), as the actor of its refusal. */
function strangerIn(context: APIGatewayProxyEvent["requestContext"]): Actor | undefined {
  const { userArn, caller } = context.identity;
  if (!userArn) return undefined;
  const name = { id: (caller ?? userArn).slice(0, 256), arn: userArn.slice(0, 512) };
  return { type: "unknown", ...name, ...originOf(context) };
}

const decode = (body: string | null): string | null =>
  body === null ? null : Buffer.from(body, "base64").toString("utf8");

function headerOf(event: APIGatewayProxyEvent, name: string): string | undefined {
  return Object.entries(event.headers ?? {}).find(([header]) => header.toLowerCase() === name)?.[1];
}

/**
 * The signed API's handler for one service: its rows of the route table, and nothing else. An unmatched path is 404,
 * a fault is a constant body: the cause is in the log.
 */
export function signedApi(
  service: Route["service"],
  handlers: Partial<Record<RouteName, CallHandler>>,
  deps: ApiDeps,
) {
  const router = new Router();
  const failed = async (fault: unknown, path: string): Promise<Response> => {
    const code = faultCode(fault);
    deps.log("api.failed", { path, code, ...faultFields(fault) });
    return jsonResponse(refusal(code));
  };
  for (const row of allRoutes.filter((each) => each.service === service)) {
    const handle = handlers[row.name as RouteName];
    if (!handle) throw new Error(`no handler for ${row.name}`);
    const path = row.path.replace(/\{(\w+)\}/g, ":$1") as `/${string}`;
    router.route(
      async ({ event }) => {
        try {
          const answer = await answerCall(deps, row, handle, event as APIGatewayProxyEvent);
          const at = {
            path: row.path,
            grantId: grantIdOf(answer, event as APIGatewayProxyEvent),
            ...takeCounts(),
          };
          if (isRefusal(answer)) deps.log("api.refused", { ...at, code: answer.error.code });
          else deps.log("api.answered", { ...at, route: row.name });
          return jsonResponse(answer);
        } catch (fault) {
          return failed(fault, row.path);
        }
      },
      { path, method: row.method },
    );
  }
  router.notFound(async () => jsonResponse(refusal("not_found")));
  // A path with a broken percent-escape fails before any route: nothing of that name is here.
  router.errorHandler(URIError, async () => jsonResponse(refusal("not_found")));
  router.methodNotAllowed(async () => jsonResponse(refusal("method_not_allowed")));
  return async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    takeCounts();
    return router.resolve(withoutGetBody(event), context);
  };
}

function grantIdOf(answer: Answer, event: APIGatewayProxyEvent): string | undefined {
  const made = !isRefusal(answer) ? (answer.body as { id?: unknown }).id : undefined;
  return typeof made === "string" ? made : event.pathParameters?.id;
}
