import { descriptions, introduction, TAKES_KEY, tags } from "./about.ts";
import { headers, responsesOf, sharedResponses } from "./answers.ts";
import { componentSchemas, fieldsOf, inlined, type Json, schemaOf } from "./components.ts";
import { allRoutes, type Route, type RouteName } from "./routes.ts";
import { approvalForm, idempotencyKey } from "./schemas.ts";

const PATH_PARTS: Record<string, Json> = {
  id: { $ref: "#/components/schemas/Id" },
  token: { type: "string", minLength: 43, maxLength: 43, pattern: "^[A-Za-z0-9_-]{43}$" },
};
const ABOUT_PARTS: Record<string, string> = {
  id: "Of the grant or the lockdown.",
  token: "From the link of the mail.",
};

type Named = Route & { name: RouteName };

function parametersOf(route: Named): Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: ABOUT_PARTS[name],
    schema: PATH_PARTS[name],
  }));
  const inQuery = (route.query ? fieldsOf(route.query) : []).map(
    ({ name, required, schema: { description, ...schema } }) => ({
      name,
      in: "query",
      required,
      ...(description ? { description } : {}),
      schema,
    }),
  );
  const key = { $ref: "#/components/parameters/IdempotencyKey" };
  return [...inPath, ...inQuery, ...(TAKES_KEY.includes(route.name) ? [key] : [])];
}

function bodyOf({ api, method, body }: Route): Json | undefined {
  if (body) {
    // A body with something that must be said.
    const required = !body.safeParse({}).success;
    return { required, content: { "application/json": { schema: schemaOf(body) } } };
  }
  if (api === "signed" || method === "GET") return undefined;
  return {
    required: true,
    content: { "application/x-www-form-urlencoded": { schema: schemaOf(approvalForm) } },
  };
}

function operationOf(route: Named): Json {
  const requestBody = bodyOf(route);
  return {
    operationId: route.name,
    summary: route.summary,
    description: descriptions[route.name],
    tags: tags.filter(({ of }) => of.includes(route.service)).map(({ name }) => name),
    security: route.api === "signed" ? [{ sigv4: [] }] : [],
    parameters: parametersOf(route),
    ...(requestBody ? { requestBody } : {}),
    responses: responsesOf(route),
  };
}

const variable = (byDefault: string, description: string) => ({ default: byDefault, description });
/** Where an API is: the ids are outputs of the stack LatchkeyBroker. */
const serverOf = (id: string, description: string): Json => ({
  url: `https://{${id}}.execute-api.{region}.amazonaws.com/v1`,
  description,
  "x-internal": true,
  variables: {
    [id]: variable("abcdefghij", "Of the REST API: an output of the stack LatchkeyBroker."),
    region: variable("us-east-1", "Where it is deployed."),
  },
});
const SIGNED = serverOf("SignedApiId", "The signed API, in production: every call has an AWS signature");
const APPROVAL = serverOf("ApprovalApiId", "The approval API, in production: no signatures");

const sigv4 = {
  type: "apiKey",
  in: "header",
  name: "Authorization",
  description:
    "AWS Signature Version 4, service `execute-api`: with any identity of IAM that the catalogue names as an agent or a person.",
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
  "x-amazon-apigateway-authtype": "awsSigv4",
};

/** The OpenAPI 3.1 document of both APIs, made from the route table and the schemas that the handlers parse with. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const route of allRoutes as Named[]) {
    const servers = route.api === "signed" ? {} : { servers: [APPROVAL] };
    paths[route.path] = {
      ...servers,
      ...paths[route.path],
      [route.method.toLowerCase()]: operationOf(route),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Latchkey",
      version: "1",
      summary: "Just-in-time access broker for generative-AI agents on AWS",
      description: introduction,
      contact: { name: "Whoever runs this Latchkey: the platform or security team of your organisation" },
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [SIGNED],
    tags: tags.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          required: false,
          description: "The same key and body, by the same caller, get the same answer; another body is 409.",
          schema: inlined(idempotencyKey),
        },
      },
      responses: sharedResponses(),
      headers,
      securitySchemes: { sigv4 },
    },
  };
}
