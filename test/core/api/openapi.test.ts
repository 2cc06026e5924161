import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../../functions/core/api/openapi.ts";
import { allRoutes } from "../../../functions/core/api/routes.ts";
import { errorCodes } from "../../../functions/core/errors.ts";

type Json = Record<string, unknown>;
type Operation = {
  operationId: string;
  summary: string;
  security: Json[];
  parameters: { name: string; in: string; required: boolean; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content: Record<string, { schema: Json }> }>;
};
type Document = {
  openapi: string;
  info: Json;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Record<string, Json> };
};

// As clients get it: through JSON.
const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    key: `${method.toUpperCase()} ${path}`,
    path,
    operation,
  })),
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
    expect(Object.keys(document).sort()).toEqual(["components", "info", "openapi", "paths"]);
    for (const { path, operation } of operations) {
      expect(path).toMatch(/^\/[a-z0-9/{}._-]*$/i);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
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
      expect(references.has(`#/components/schemas/${name}`)).toBe(true);
      expect(schema.type).toBe("object");
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

  it.each(operations)("$key shows its refusals in one form", ({ operation }) => {
    for (const [status, { content }] of Object.entries(operation.responses))
      if (Number(status) >= 400 && content["application/json"])
        expect(content["application/json"].schema).toEqual({ $ref: "#/components/schemas/Error" });
  });

  it("takes no body with a field that is not named (I-21)", () => {
    const bodies = operations.flatMap(
      ({ operation }) => (operation.requestBody?.content["application/json"]?.schema ?? []) as Json[],
    );
    expect(bodies.length).toBeGreaterThan(0);
    for (const schema of bodies) expect(schema.additionalProperties).toBe(false);
    const ask = document.paths["/grants"]?.post?.requestBody;
    const fields = Object.keys((ask?.content["application/json"]?.schema.properties ?? {}) as Json);
    expect(ask?.required).toBe(true);
    for (const forbidden of ["status", "approver", "approvers", "stage", "digest", "approvedAt", "agent"])
      expect(fields).not.toContain(forbidden);
  });

  it("names every error code, and only statuses that the codes have", () => {
    for (const code of Object.keys(errorCodes)) expect(document.info.description).toContain(code);
    const statuses = new Set(Object.values(errorCodes).map(({ status }) => status as number));
    for (const { operation } of operations)
      for (const status of Object.keys(operation.responses).map(Number))
        if (status >= 400) expect(statuses.has(status)).toBe(true);
  });
});
