import type * as z from "zod";
import { type ErrorCode, errorCodes } from "../errors.ts";
import { meanings } from "./about.ts";
import { type Json, schemaOf } from "./components.ts";
import { gatewayCodes } from "./gateway.ts";
import { allRoutes, type Route } from "./routes.ts";

const HTML = { "text/html": { schema: { type: "string", maxLength: 1_000_000 } } };
const header = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } });

/** An OpenAPI document; its form is the OpenAPI Initiative's. */
const CONTRACT = { type: "object", description: "OpenAPI 3.1", required: ["openapi", "info", "paths"] };

function contentOf(answer: z.ZodType | "html" | "openapi"): Json {
  if (answer === "html") return HTML;
  return { "application/json": { schema: answer === "openapi" ? CONTRACT : schemaOf(answer) } };
}

/** The one form of a refusal, with the codes that it may have here. */
const refusalOf = (codes: readonly ErrorCode[]): Json => ({
  "application/json": {
    schema: {
      $ref: "#/components/schemas/Error",
      type: "object",
      properties: { error: { type: "object", properties: { code: { type: "string", enum: codes } } } },
    },
  },
});

/** The codes that an operation answers with a status: the function's own and API Gateway's. */
function codesOf({ refuses }: Route, status: number): ErrorCode[] {
  const own = refuses.filter((code) => errorCodes[code].status === status);
  return [...new Set([...own, ...(gatewayCodes[status] ?? [])])];
}

function describedAs(status: number, codes: readonly ErrorCode[], content: Json): Json {
  const meaning = meanings[status];
  if (meaning === undefined) throw new RangeError(`${status} has no meaning`);
  const said = codes.length > 0 ? ` (${codes.map((code) => `\`${code}\``).join(", ")})` : "";
  return {
    description: `${meaning}${said}.`,
    headers: { ...header("x-amzn-RequestId"), ...(status === 429 ? header("Retry-After") : {}) },
    content,
  };
}

/** Refusals that many operations have alike go by a name: their status and codes. */
const nameOf = (status: number, codes: readonly ErrorCode[]): string => [status, ...codes].join(".");

function statusesOf(route: Route): number[] {
  const all = [
    ...Object.keys(route.answers).map(Number),
    ...route.refuses.map((code) => errorCodes[code].status),
    ...Object.keys(gatewayCodes).map(Number),
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Everything that an operation may answer, by status. */
export function responsesOf(route: Route): Json {
  const responses = statusesOf(route).map((status): [string, Json] => {
    const answer = route.answers[status];
    const codes = codesOf(route, status);
    if (answer === undefined)
      return [String(status), { $ref: `#/components/responses/${nameOf(status, codes)}` }];
    const content = { ...contentOf(answer), ...(codes.length > 0 ? refusalOf(codes) : {}) };
    return [String(status), describedAs(status, codes, content)];
  });
  return Object.fromEntries(responses);
}

/** `#/components/responses`. */
export function sharedResponses(): Json {
  const all = allRoutes.flatMap((route) =>
    statusesOf(route)
      .filter((status) => route.answers[status] === undefined)
      .map((status) => ({ status, codes: codesOf(route, status) })),
  );
  return Object.fromEntries(
    all
      .sort((a, b) => a.status - b.status)
      .map(({ status, codes }) => [nameOf(status, codes), describedAs(status, codes, refusalOf(codes))]),
  );
}

/** The headers that answers refer to. */
export const headers: Json = {
  "Retry-After": {
    description:
      "Seconds until it is worth asking again: of `quota_exceeded`, not of the API's own throttle.",
    schema: { type: "integer", format: "int32", minimum: 0, maximum: 86_400 },
    example: 16,
  },
  "x-amzn-RequestId": {
    description: "API Gateway's id of the call: it is on record with what the call did.",
    schema: { type: "string", maxLength: 64, pattern: "^[0-9a-f-]+$" },
    example: "5e1f0b7e-6c3a-4d55-9a0e-2f0d3c1b9a77",
  },
};
