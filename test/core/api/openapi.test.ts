import { describe, expect, it } from "vitest";
import { descriptions, tags } from "../../../functions/core/api/about.ts";
import { gatewayCodes } from "../../../functions/core/api/gateway.ts";
import { openApiDocument } from "../../../functions/core/api/openapi.ts";
import { allRoutes, type routes } from "../../../functions/core/api/routes.ts";
import * as schemas from "../../../functions/core/api/schemas.ts";
import { type ErrorCode, errorCodes } from "../../../functions/core/errors.ts";

type Json = Record<string, unknown>;
type Operation = {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Json[];
  parameters: { name: string; in: string; required: boolean; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  responses: Record<string, Response | { $ref: string }>;
};
type Response = { description: string; headers: Json; content: Record<string, { schema: Json }> };
type Document = {
  openapi: string;
  info: Json;
  paths: Record<string, Record<string, Operation> & { servers?: Json[] }>;
  servers: Json[];
  components: { schemas: Record<string, Json>; securitySchemes: Record<string, Json> };
};

// As clients get it: through JSON.
const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    method === "servers"
      ? []
      : [{ key: `${method.toUpperCase()} ${path}`, path, operation: operation as Operation }],
  ),
);

/** Every value of a key, wherever it is in the document. */
function all(value: unknown, key: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [
    ...(name === key ? [part] : []),
    ...all(part, key),
  ]);
}

function resolve(reference: string): unknown {
  if (!reference.startsWith("#/")) return undefined;
  const steps = reference.slice(2).split("/");
  return steps.reduce<unknown>(
    (at, step) => (at as Json | undefined)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")],
    document,
  );
}

const responsesOf = ({ responses }: Operation): Record<string, Response> =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      ("$ref" in response ? resolve(response.$ref) : response) as Response,
    ]),
  );

describe("the OpenAPI document", () => {
  it("has every route of the table, and the table every operation (I-70)", () => {
    expect(operations.map(({ key }) => key).sort()).toEqual(
      allRoutes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(
      allRoutes.map(({ name }) => name).sort(),
    );
  });

  it("is OpenAPI 3.1 in its structure", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(Object.keys(document).sort()).toEqual([
      "components",
      "info",
      "openapi",
      "paths",
      "servers",
      "tags",
    ]);
    for (const { path, operation } of operations) {
      expect(path).toMatch(/^\/[a-z0-9/{}._-]*$/i);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, { description, content }] of Object.entries(responsesOf(operation))) {
        expect(status).toMatch(/^[2-5]\d\d$/);
        expect(description).not.toBe("");
        for (const media of Object.values(content)) expect(typeof media.schema).toBe("object");
      }
    }
  });

  it("refers to nothing that is not in it", () => {
    const references = all(document, "$ref") as string[];
    expect(references.length).toBeGreaterThan(5);
    expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  it("has no component that nobody refers to, and none that is only a reference to itself", () => {
    const references = new Set(all(document, "$ref"));
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(references.has(`#/components/schemas/${name}`), name).toBe(true);
      expect(schema.type ?? schema.anyOf ?? schema.oneOf, name).toBeDefined();
    }
  });

  it("has no key of JSON Schema that belongs to a document of its own", () => {
    for (const key of ["$schema", "$id", "$defs", "definitions"]) expect(all(document, key)).toEqual([]);
  });

  it.each(operations)("$key says who may call it (I-70)", ({ key, operation }) => {
    const route = allRoutes.find(({ method, path }) => `${method} ${path}` === key);
    expect(operation.security).toEqual(route?.api === "signed" ? [{ sigv4: [] }] : []);
    for (const scheme of operation.security.flatMap(Object.keys))
      expect(document.components.securitySchemes).toHaveProperty(scheme);
  });

  it.each(operations)("$key declares each part of its path, once", ({ path, operation }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = operation.parameters.filter((one) => one.in === "path");
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
    const names = operation.parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(operations)("$key shows its refusals in one form, with the codes that they may have", (one) => {
    const route = allRoutes.find(({ method, path }) => `${method} ${path}` === one.key);
    for (const [status, { content, description }] of Object.entries(responsesOf(one.operation))) {
      if (Number(status) < 400) continue;
      const own = route?.refuses.filter((code) => errorCodes[code].status === Number(status)) ?? [];
      const codes = [...new Set<ErrorCode>([...own, ...(gatewayCodes[Number(status)] ?? [])])];
      if (codes.length === 0) continue;
      expect(content["application/json"]?.schema).toMatchObject({
        $ref: "#/components/schemas/Error",
        properties: { error: { properties: { code: { enum: codes } } } },
      });
      for (const code of codes) expect(description).toContain(`\`${code}\``);
    }
  });

  it.each(operations)(
    "$key tells what API Gateway may answer in its place, and when to come back",
    ({ operation }) => {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(Object.keys(gatewayCodes)));
      expect(responsesOf(operation)["429"]?.headers).toHaveProperty("Retry-After");
      for (const { headers } of Object.values(responsesOf(operation)))
        expect(headers).toHaveProperty("x-amzn-RequestId");
    },
  );

  it.each(operations)("$key is described, and under one heading that is", ({ operation }) => {
    expect(operation.description).toBe(descriptions[operation.operationId as keyof typeof routes]);
    expect(operation.description).toMatch(/^[A-Z`].*\.$/s);
    expect(operation.tags).toHaveLength(1);
    expect(tags.map(({ name }) => name)).toContain(operation.tags[0]);
  });

  it("says of each path on which of the two APIs it is", () => {
    for (const [path, { servers }] of Object.entries(document.paths)) {
      const { api } = allRoutes.find((route) => route.path === path) ?? {};
      const [{ url } = { url: "" }] = servers ?? document.servers;
      expect(url).toContain(api === "signed" ? "{SignedApiId}" : "{ApprovalApiId}");
    }
  });

  it("shows asks that the API takes", () => {
    const bodies = [
      schemas.askBody,
      schemas.extendBody,
      schemas.reviewBody,
      schemas.whyStopped,
      schemas.lockdownBody,
    ];
    for (const body of bodies) {
      const { id, examples } = body.meta() as { id: string; examples: unknown[] };
      expect(examples.length, id).toBeGreaterThan(0);
      for (const example of examples) expect(body.parse(example)).toEqual(example);
      expect(document.components.schemas[id]?.examples).toEqual(examples);
    }
  });

  it("leaves no object open but the details of a refusal and the words of a scope", () => {
    const open = (value: unknown, at: string): string[] => {
      if (typeof value !== "object" || value === null) return [];
      const { type, additionalProperties, properties } = value as Json;
      const isOpen = type === "object" && properties !== undefined && additionalProperties !== false;
      return [
        ...(isOpen ? [at] : []),
        ...Object.entries(value).flatMap(([key, part]) => open(part, `${at}.${key}`)),
      ];
    };
    expect(open(document.components.schemas, "")).toEqual([".Error.properties.error.properties.details"]);
  });

  it("takes no body with a field that is not named (I-21)", () => {
    const bodies = operations.flatMap(({ operation }) => {
      const media = Object.values(operation.requestBody?.content ?? {});
      return media.map(({ schema }) => resolve(String(schema.$ref)) as Json);
    });
    expect(bodies.length).toBeGreaterThan(5);
    for (const schema of bodies) expect(schema.additionalProperties).toBe(false);
    const ask = document.paths["/grants"]?.post?.requestBody;
    const fields = Object.keys((document.components.schemas.Ask?.properties ?? {}) as Json);
    expect(ask?.content["application/json"]?.schema).toEqual({ $ref: "#/components/schemas/Ask" });
    expect(ask?.required).toBe(true);
    for (const forbidden of ["status", "approver", "approvers", "stage", "digest", "approvedAt", "agent"])
      expect(fields).not.toContain(forbidden);
  });

  it("names every error code, and only statuses that the codes or API Gateway have", () => {
    const error = document.components.schemas.Error as {
      properties: { error: { properties: { code: Json } } };
    };
    expect(error.properties.error.properties.code.enum).toEqual(Object.keys(errorCodes));
    const statuses = new Set([
      ...Object.values(errorCodes).map(({ status }) => status as number),
      ...Object.keys(gatewayCodes).map(Number),
    ]);
    for (const { operation } of operations)
      for (const status of Object.keys(operation.responses).map(Number))
        if (status >= 400) expect(statuses.has(status)).toBe(true);
  });
});
