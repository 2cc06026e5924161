import type { APIGatewayProxyEvent } from "aws-lambda";
import { expect, it } from "vitest";
import { allRoutes } from "../../../functions/core/api/routes.ts";
import { handler } from "../../../functions/public-documents/handler.ts";
import { context, proxyEvent } from "../../fakes/api.ts";

const get = (path: string, more: Partial<APIGatewayProxyEvent> = {}) =>
  handler({ ...proxyEvent({ method: "GET", path }, undefined, 0), ...more }, context);

it("gives anyone the contract, with every route of both APIs (I-70)", async () => {
  const { statusCode, headers, body } = await get("/openapi.json");
  expect([statusCode, headers?.["content-type"]]).toEqual([200, "application/json"]);
  const { openapi, paths } = JSON.parse(body) as { openapi: string; paths: Record<string, object> };
  expect(openapi).toMatch(/^3\.1/);
  for (const { method, path } of allRoutes) expect(paths[path], path).toHaveProperty(method.toLowerCase());
  const documented = Object.values(paths).flatMap((each) => Object.keys(each)).length;
  expect(documented).toBe(allRoutes.length);
});

it("says 404 to any other path, and is not upset by a body", async () => {
  expect((await get("/nothing")).statusCode).toBe(404);
  expect((await get("/openapi.json", { body: "x" })).statusCode).toBe(200);
});
