import { Router } from "@aws-lambda-powertools/event-handler/http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { jsonResponse } from "../aws/http/answer.ts";
import { withoutGetBody } from "../aws/http/input.ts";
import { log } from "../aws/log.ts";
import { openApiDocument } from "../core/api/openapi.ts";
import { routes } from "../core/api/routes.ts";
import { refusal } from "../core/errors.ts";

const document = JSON.stringify(openApiDocument());
const headers = { "content-type": "application/json", "cache-control": "public, max-age=300" };

const router = new Router();
router.get(routes.openapi.path, () => new Response(document, { headers }));
router.notFound(async () => jsonResponse(refusal("not_found")));

export const handler = (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
  log("api.answered", { path: routes.openapi.path });
  return router.resolve(withoutGetBody(event), context);
};
