import type { APIGatewayProxyEvent } from "aws-lambda";
import type * as z from "zod";
import { idempotencyKey } from "../../core/api/schemas.ts";
import { type Refusal, refusal } from "../../core/errors.ts";
import { parseStrictJson } from "../../core/strict-json.ts";

/** The path of a field is said back as far as it may be one: a name that nobody knows may be as long as the body. */
const MAX_PATH = 128;
const brief = (path: string): string => (path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path);

/** `invalid_request` with the field it is about; an empty path is the body as a whole. */
export function invalid(field: string, problem: string): Refusal {
  const path = brief(field);
  return refusal("invalid_request", path ? `${path}: ${problem}` : problem, { path, problem });
}

/** What is wrong with an Idempotency-Key header; none at all is fine. */
export const keyProblem = (header: string | undefined): Refusal | undefined => {
  const problem = idempotencyKey.optional().safeParse(header).error?.issues[0]?.message;
  return problem === undefined ? undefined : invalid("Idempotency-Key", problem);
};

/** The first problem of a failed parse, with the path of the field under `base`. */
export function firstProblem(error: z.ZodError, base: readonly PropertyKey[] = []): Refusal {
  const [issue] = error.issues;
  const extra = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = [...base, ...(issue?.path ?? []), ...extra].map(String).join(".");
  if (extra.length > 0) return invalid(path, "is not a field of this request");
  // zod's own words for it are about types.
  const isMissing = issue?.code === "invalid_type" && issue.message.endsWith("received undefined");
  return invalid(path, isMissing ? "is missing" : (issue?.message ?? "is not valid"));
}

/**
 * The event without the content of a GET, which has no meaning (RFC 9110 §9.3.1): API Gateway passes it on, and the
 * router throws at it.
 */
export const withoutGetBody = (event: APIGatewayProxyEvent): APIGatewayProxyEvent =>
  event.httpMethod === "GET" || event.httpMethod === "HEAD" ? { ...event, body: null } : event;

/** Parses a JSON body as the route's schema wants it, of so many bytes at most. No body at all counts as `{}`. */
export function parseBody(
  schema: z.ZodType,
  raw: string | null,
  maxBytes?: number,
): { ok: true; value: unknown } | { ok: false; refusal: Refusal } {
  const json = parseStrictJson(raw === null || raw === "" ? "{}" : raw, maxBytes);
  if (!json.ok) return { ok: false, refusal: invalid(json.path, json.problem) };
  const parsed = schema.safeParse(json.value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, refusal: firstProblem(parsed.error) };
}

type Multi = Record<string, string[] | undefined> | null | undefined;

/** Parses a query string; a field given twice is refused, because readers differ on which of them counts. */
export function parseQuery(
  schema: z.ZodType,
  query: Multi,
): { ok: true; value: unknown } | { ok: false; refusal: Refusal } {
  const entries = Object.entries(query ?? {}).map(([name, values]) => [name, values ?? []] as const);
  const twice = entries.find(([, values]) => values.length !== 1);
  if (twice) return { ok: false, refusal: invalid(twice[0], "is given more than once") };
  const parsed = schema.safeParse(Object.fromEntries(entries.map(([name, [value]]) => [name, value])));
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, refusal: firstProblem(parsed.error) };
}
