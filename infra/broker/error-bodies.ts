import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import { type ErrorCode, errorCodes, refusal } from "../../functions/core/errors.ts";

/**
 * What API Gateway refuses before any function runs is said in our words too.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const bodies: [ResponseType, ErrorCode][] = [
  [ResponseType.ACCESS_DENIED, "forbidden"],
  [ResponseType.EXPIRED_TOKEN, "forbidden"],
  [ResponseType.INVALID_SIGNATURE, "forbidden"],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, "forbidden"], // also: no such path
  [ResponseType.UNAUTHORIZED, "forbidden"],
  [ResponseType.WAF_FILTERED, "forbidden"],
];

/** These keep API Gateway's own status (429, and by default 413, 415, 504 …). */
const defaults: [ResponseType, ErrorCode][] = [
  [ResponseType.THROTTLED, "unavailable"],
  [ResponseType.DEFAULT_4XX, "invalid_request"],
  [ResponseType.DEFAULT_5XX, "unavailable"],
];

const templates = (code: ErrorCode) => ({ "application/json": JSON.stringify(refusal(code)) });

export function addErrorBodies(api: RestApi): void {
  for (const [type, code] of bodies) {
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(errorCodes[code].status),
      templates: templates(code),
    });
  }
  for (const [type, code] of defaults)
    api.addGatewayResponse(type.responseType, { type, templates: templates(code) });
}
