import { Router } from "@aws-lambda-powertools/event-handler/http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { takeCounts } from "../aws/calls.ts";
import { readEnv } from "../aws/env.ts";
import { withoutGetBody } from "../aws/http/input.ts";
import { originOf } from "../aws/http/origin.ts";
import { faultFields, log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller } from "../aws/workflow.ts";
import { routes } from "../core/api/routes.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { decideByForm, type PageAnswer, show } from "./answer.ts";
import { env } from "./env.ts";
import { pageHeaders } from "./page/headers.ts";
import { problemPage } from "./page/problem.ts";

const { TABLE_NAME, ACCOUNT_ID } = readEnv(env);
const policy = readPolicy(ACCOUNT_ID);
const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  tell: openTeller(),
  now,
  newId,
  log,
};

const page = ({ status, html }: PageAnswer): Response => new Response(html, { status, headers: pageHeaders });

/** The token is in the path: no line of the log, no error and no trace may hold it. */
const answer =
  (work: (token: string, event: APIGatewayProxyEvent) => Promise<PageAnswer>) =>
  async (event: APIGatewayProxyEvent) => {
    takeCounts();
    try {
      const answered = await work(event.pathParameters?.token ?? "", event);
      const { status, grantId } = answered;
      log("api.answered", {
        path: routes.decide.path,
        method: event.httpMethod,
        status,
        grantId,
        ...takeCounts(),
      });
      return page(answered);
    } catch (fault) {
      log("api.failed", { path: routes.decide.path, method: event.httpMethod, ...faultFields(fault) });
      return page({ status: 503, html: problemPage("unavailable") });
    }
  };

const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string =>
  body === null ? "" : isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;

const depsOf = ({ requestContext }: APIGatewayProxyEvent) => ({ ...deps, origin: originOf(requestContext) });

const shown = answer((token, event) => show(depsOf(event), token));
const decided = answer((token, event) => decideByForm(depsOf(event), token, bodyOf(event)));

const router = new Router();
router.get("/approvals/:token", ({ event }) => shown(event as APIGatewayProxyEvent));
router.post("/approvals/:token", ({ event }) => decided(event as APIGatewayProxyEvent));
router.notFound(async () => page({ status: 404, html: problemPage("link") }));
// A token with a broken percent-escape fails before any route: nobody was sent such a link.
router.errorHandler(URIError, async () => page({ status: 404, html: problemPage("link") }));

export const handler = (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
  router.resolve(withoutGetBody(event), context);
