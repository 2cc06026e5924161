import * as z from "zod";
import { hostIn, PLACE, partsOf } from "./arn.ts";
import { allow, canonicalSet, type Kind } from "./kind.ts";

const METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS";
// What a URL's path holds as itself, percent-encoding left out: IAM sees it as it was sent.
const route = z
  .string()
  .max(256, "must be at most 256 characters")
  .regex(
    new RegExp(`^(${METHODS}) /[A-Za-z0-9_.~!'()+,;=:@/-]*$`),
    "must be a method and a path, like GET /orders/42",
  )
  .refine((text) => !text.includes("//"), "must not contain //")
  .refine((text) => !/\/\.{1,2}(\/|$)/.test(text), "must not contain . or .. as a part");

const scope = z
  .strictObject({
    routes: z
      .array(route)
      .min(1, "must not be empty")
      .max(10, "must name at most 10 routes")
      .describe("each a method and a path, like `GET /orders/42`"),
  })
  .transform(({ routes }) => ({ routes: canonicalSet(routes) }));

const INVOKE = ["execute-api:Invoke"];
const apiOf = (arn: string): string[] => partsOf(arn).rest.split("/");

/** Routes of one stage of a REST API of API Gateway. The ARN is `arn:aws:execute-api:…:<api id>/<stage>/*`. */
export const httpApi: Kind<z.infer<typeof scope>> = {
  title: "Routes of an API Gateway REST API",
  scope,
  settings: z.strictObject({}),
  arn: new RegExp(`^arn:[a-z-]+:execute-api:${PLACE}:[a-z0-9]{8,12}/[A-Za-z0-9_-]{1,128}/\\*$`),
  end: "/*",
  actions: { invoke: INVOKE },
  references: [
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewayinvoke.html",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html",
  ],
  statements({ arn }, access, chosen) {
    if (access !== "invoke") return [];
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
    const which = chosen?.routes.map((each) => `${arn.slice(0, -1)}${each.replace(" ", "")}`) ?? [arn];
    return [allow(INVOKE, which)];
  },
  describe({ arn }, _access, chosen) {
    const [api, stage] = apiOf(arn);
    if (!chosen) return [`call every method and path of stage ${stage} of API ${api}`];
    // Written as in the statement, so that pages can set it apart from our words.
    return chosen.routes.map(
      (each) => `call ${stage}/${each.replace(" ", "")} (stage, method, path) of API ${api}`,
    );
  },
  probe({ arn }) {
    const { partition, region } = partsOf(arn);
    const [api] = apiOf(arn);
    return {
      // What the API is called: a call of the API itself would have its effect.
      statement: allow(["apigateway:GET"], [`arn:${partition}:apigateway:${region}::/restapis/${api}`]),
      request: {
        service: "apigateway",
        host: hostIn(arn, "apigateway"),
        method: "GET",
        path: `/restapis/${api}`,
      },
    };
  },
  examples: [
    {
      arn: "arn:aws:execute-api:{region}:{account}:a1b2c3d4e5/prod/*",
      access: "invoke",
      scope: { routes: ["GET /orders/42", "POST /refunds"] },
    },
  ],
  notes: [
    "A route is one method and one path, without parameters of the query: IAM sees neither those nor the body.",
    "The API's methods must have `AWS_IAM` authorisation; others ask for no credentials that could be refused.",
  ],
};
