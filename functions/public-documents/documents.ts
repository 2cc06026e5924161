import { Router } from "@aws-lambda-powertools/event-handler/http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { faultCode, jsonResponse } from "../aws/http/answer.ts";
import { withoutGetBody } from "../aws/http/input.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { Table } from "../aws/table/client.ts";
import { readDigestKeys } from "../aws/table/digests.ts";
import { readPermitKeys } from "../aws/table/permit-keys.ts";
import { openApiDocument } from "../core/api/openapi.ts";
import { routes } from "../core/api/routes.ts";
import { jwksOf, PERMIT_GRACE_SECONDS } from "../core/audit/jwks.ts";
import { refusal } from "../core/errors.ts";

const headers = { "content-type": "application/json", "cache-control": "public, max-age=300" };
const openapi = JSON.stringify(openApiDocument());

/** What anyone may read: the contract, and the keys by which the record is checked. */
export function publicDocuments({ table, log }: { table: Table; log: Log }) {
  const router = new Router();
  router.get(routes.openapi.path, () => new Response(openapi, { headers }));
  router.get(routes.jwks.path, async () => {
    try {
      const [digests, permits] = await Promise.all([readDigestKeys(table), readPermitKeys(table)]);
      const keys = [...jwksOf(digests).keys, ...jwksOf(permits, PERMIT_GRACE_SECONDS).keys];
      return new Response(JSON.stringify({ keys }), { headers });
    } catch (fault) {
      const code = faultCode(fault);
      log("api.failed", { code, ...faultFields(fault) });
      return jsonResponse(refusal(code));
    }
  });
  router.notFound(async () => jsonResponse(refusal("not_found")));
  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    log("api.answered", { path: event.resource });
    return router.resolve(withoutGetBody(event), context);
  };
}
