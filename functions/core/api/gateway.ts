import type { ErrorCode } from "../errors.ts";

/**
 * What API Gateway answers by itself, before or instead of a function, in our words (`infra/broker/error-bodies.ts`):
 * the codes by status. 400 and 413: more than it takes (10 MB, 10,240 bytes of headers). 403: no signature or a bad one,
 * a caller that the resource policy or their own policy keeps out, a path or method that there is not. 429: the stage's
 * throttle. 5xx: the function failed, or did not answer within 29 s.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 * 415 is for mappings of media types, which a proxy integration has none of; 401 is for authorizers of other kinds.
 */
export const gatewayCodes: Record<number, readonly ErrorCode[]> = {
  400: ["invalid_request"],
  403: ["forbidden", "invalid_request"],
  413: ["invalid_request"],
  429: ["unavailable"],
  500: ["unavailable"],
  502: ["unavailable"],
  503: ["unavailable"],
  504: ["unavailable"],
};
