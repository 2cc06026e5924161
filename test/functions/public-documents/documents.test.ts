import { readFileSync } from "node:fs";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { addDigestKey } from "../../../functions/aws/table/digests.ts";
import { jwksView } from "../../../functions/core/api/jwks-view.ts";
import { allRoutes } from "../../../functions/core/api/routes.ts";
import { publicKeyOf } from "../../../functions/core/audit/digest.ts";
import { publicDocuments } from "../../../functions/public-documents/documents.ts";
import { context, proxyEvent } from "../../fakes/api.ts";
import { timedOut } from "../../fakes/faults.ts";
import { FakeSigner } from "../../fakes/signer.ts";
import { FakeTable } from "../../fakes/table.ts";

function documents() {
  const fake = new FakeTable();
  const logged: string[] = [];
  const handler = publicDocuments({ table: fake.table, log: (code) => void logged.push(code) });
  const get = (path: string, more: Partial<APIGatewayProxyEvent> = {}) =>
    handler({ ...proxyEvent({ method: "GET", path }, undefined, 0), ...more }, context);
  return { fake, logged, get };
}

it("gives anyone the contract, with every route of both APIs (I-70)", async () => {
  const { statusCode, headers, body } = await documents().get("/openapi.json");
  expect([statusCode, headers?.["content-type"]]).toEqual([200, "application/json"]);
  const committed = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
  expect(JSON.parse(body)).toEqual(JSON.parse(committed));
  const { openapi, paths } = JSON.parse(body) as { openapi: string; paths: Record<string, object> };
  expect(openapi).toMatch(/^3\.1/);
  for (const { method, path } of allRoutes) expect(paths[path], path).toHaveProperty(method.toLowerCase());
  const documented = Object.values(paths).flatMap(({ servers: _, ...each }: { servers?: unknown }) =>
    Object.keys(each),
  ).length;
  expect(documented).toBe(allRoutes.length);
});

it("says 404 to any other path, and is not upset by a body", async () => {
  const { get } = documents();
  expect((await get("/nothing")).statusCode).toBe(404);
  expect((await get("/openapi.json", { body: "x" })).statusCode).toBe(200);
});

describe("the keys of the digests", () => {
  const JWKS = "/.well-known/jwks.json";

  it("are given to anyone, each with the time that it was in use; none ever leaves", async () => {
    const { fake, get } = documents();
    const keys = await Promise.all(
      ["2026-11-21T10:10:00.000Z", "2027-11-21T10:10:00.500Z"].map(async (notBefore) => {
        const pem = await new FakeSigner().publicPem();
        return { pem, notBefore, ...publicKeyOf(pem) };
      }),
    );
    for (const { pem, kid, notBefore } of [...keys].reverse())
      await addDigestKey(fake.table, { kid, pem, notBefore });
    const { statusCode, multiValueHeaders, body } = await get(JWKS);
    expect(statusCode).toBe(200);
    expect(multiValueHeaders?.["cache-control"]).toEqual(["public", "max-age=300"]);
    const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);
    const [first, second] = keys.map(({ key, kid }) => {
      const { x, y } = key.export({ format: "jwk" });
      return { kty: "EC", crv: "P-256", x, y, kid, use: "sig", alg: "ES256" };
    });
    const change = seconds("2027-11-21T10:10:00.000Z");
    expect(jwksView.parse(JSON.parse(body))).toEqual({
      keys: [
        { ...first, nbf: seconds("2026-11-21T10:10:00.000Z"), exp: change },
        { ...second, nbf: change },
      ],
    });
  });

  it("are none before anything was signed", async () => {
    expect(JSON.parse((await documents().get(JWKS)).body)).toEqual({ keys: [] });
  });

  it("are not made up when the table does not answer, and the answer is not cached", async () => {
    const { fake, logged, get } = documents();
    fake.before = () => {
      throw timedOut();
    };
    const { statusCode, headers, body } = await get(JWKS);
    expect([statusCode, headers?.["cache-control"]]).toEqual([503, "no-store"]);
    expect(JSON.parse(body).error.code).toBe("unavailable");
    expect(logged).toContain("api.failed");
  });
});
