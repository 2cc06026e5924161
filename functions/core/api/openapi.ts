import * as z from "zod";
import { type ErrorCode, errorCodes } from "../errors.ts";
import { allRoutes, type Route } from "./routes.ts";

type Json = Record<string, unknown>;

const REASONS: Record<number, string> = {
  200: "Done",
  201: "Asked",
  202: "Will be done",
  400: "Not a valid request",
  403: "Refused",
  404: "Not there, or not yours",
  409: "Not in this state",
  410: "Over",
  429: "Too much at once",
  503: "Not now",
};

const schemaOf = (schema: z.ZodType): Json => {
  const id = schema.meta()?.id;
  if (id) return { $ref: `#/components/schemas/${id}` };
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
  return json;
};

function contentOf(answer: z.ZodType | "html" | "openapi"): Json {
  if (answer === "html") return { "text/html": { schema: { type: "string" } } };
  if (answer === "openapi") return { "application/json": { schema: { type: "object" } } };
  return { "application/json": { schema: schemaOf(answer) } };
}

/** What makes something, and so must not be done twice by a client that tries again. */
const TAKES_KEY = ["POST /grants", "POST /grants/{id}/extend", "POST /lockdowns"];

function parametersOf(route: Route): Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const query = route.query ? schemaOf(route.query) : {};
  const required = (query.required ?? []) as string[];
  const inQuery = Object.entries((query.properties ?? {}) as Json).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
  const key = {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    schema: { type: "string", maxLength: 128 },
  };
  return [...inPath, ...inQuery, ...(TAKES_KEY.includes(`${route.method} ${route.path}`) ? [key] : [])];
}

function operationOf(route: Route & { name: string }): Json {
  const form = { "application/x-www-form-urlencoded": { schema: { type: "object" } } };
  const body = route.body ? { "application/json": { schema: schemaOf(route.body) } } : undefined;
  const content = body ?? (route.method === "POST" ? form : undefined);
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.api],
    security: route.api === "signed" ? [{ sigv4: [] }] : [],
    parameters: parametersOf(route),
    ...(content
      ? {
          requestBody: {
            // A form, or a body with something that must be said.
            required: !route.body?.safeParse({}).success,
            content,
          },
        }
      : {}),
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, answer]) => [
        status,
        { description: REASONS[Number(status)] ?? "Answer", content: contentOf(answer) },
      ]),
    ),
  };
}

/** The named answers, each once; where one holds another it refers to it. */
function componentsOf(): Json {
  const named = z.registry<{ id: string }>();
  for (const answer of allRoutes.flatMap((route) => Object.values(route.answers))) {
    const id = typeof answer === "string" ? undefined : answer.meta()?.id;
    if (id && typeof answer !== "string" && !named.has(answer)) named.add(answer, { id });
  }
  const uri = (id: string) => `#/components/schemas/${id}`;
  const { schemas } = z.toJSONSchema(named, { uri, unrepresentable: "any" });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...json }]) => [id, json]),
  );
}

/** The OpenAPI 3.1 document of both APIs, made from the route table and the schemas that the handlers parse with. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const route of allRoutes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return {
    openapi: "3.1.0",
    info: {
      title: "Latchkey",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description: `Just-in-time access for agents. Error codes: ${codes.join(", ")}.`,
    },
    paths,
    components: {
      schemas: componentsOf(),
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "AWS Signature Version 4, service execute-api",
        },
      },
    },
  };
}
