import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { canonicalJson } from "../canonical.ts";
import type { ActionType } from "./action-type.ts";
import { performingProblem } from "./performers/registry.ts";
import { inexactAt, type Parameters } from "./values.ts";

/** As canonical JSON, in bytes: what a grant's item, a page and an event can carry. */
const MAX_BYTES = 16 * 1024;
/** Keywords that would have a schema read from elsewhere, or call itself. */
const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef", "$id", "$anchor", "$dynamicAnchor"];

// Nothing is changed by checking (no defaults, no coercion, nothing taken out): what was sent is what people approve.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: false });
formats.default(ajv);

type JsonSchema = Record<string, unknown>;
const isRecord = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const referenceIn = (schema: unknown): string | undefined => {
  if (Array.isArray(schema)) return schema.map(referenceIn).find((found) => found !== undefined);
  if (!isRecord(schema)) return undefined;
  const own = Object.keys(schema).find((key) => REFERENCES.includes(key));
  return (
    own ??
    Object.values(schema)
      .map(referenceIn)
      .find((found) => found !== undefined)
  );
};

/** What is wrong with an action type's schema as such, or nothing. Never about what it is a schema of. */
export function schemaProblem(schema: JsonSchema): string | undefined {
  const reference = referenceIn(schema);
  if (reference) return `must have no ${reference}: write it out`;
  if (schema.type !== "object") return "must be of type object";
  // What no schema speaks of nobody would be shown, and every rule would miss.
  if (schema.additionalProperties !== false) return "must have additionalProperties: false";
  try {
    ajv.compile(schema);
    return undefined;
  } catch (fault) {
    return `is no JSON Schema: ${fault instanceof Error ? fault.message.slice(0, 200) : "it cannot be read"}`;
  }
}

/** True when a schema has the parameter that a path names, in `properties` all the way. */
export function hasParameter(schema: JsonSchema, path: string): boolean {
  let at: unknown = schema;
  for (const name of path.split(".")) {
    const properties = isRecord(at) ? at.properties : undefined;
    if (!isRecord(properties) || !Object.hasOwn(properties, name)) return false;
    at = properties[name];
  }
  return true;
}

const compiled = new WeakMap<JsonSchema, ValidateFunction>();
function validatorOf(schema: JsonSchema): ValidateFunction {
  const known = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, known);
  return known;
}

export type ParameterProblem = { path: string; problem: string };

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** An error as the path of its parameter and a sentence. Never with a value: it may be long, or a secret by mistake. */
function problemOf({ instancePath, keyword, params, message }: ErrorObject): ParameterProblem {
  const at = instancePath.split("/").slice(1).map(unescaped);
  const place = (...more: string[]) => ["parameters", ...at, ...more].join(".");
  if (keyword === "required") return { path: place(String(params.missingProperty)), problem: "is missing" };
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    const name = String(params.additionalProperty ?? params.unevaluatedProperty);
    return { path: place(name), problem: "is not a parameter of this action" };
  }
  return { path: place(), problem: (message ?? "is not as the schema says").slice(0, 200) };
}

/**
 * Why these parameters are none of this action type's, or nothing. They must have one canonical form that says exactly
 * what was sent.
 */
export function parametersProblem(type: ActionType, parameters: Parameters): ParameterProblem | undefined {
  const validate = validatorOf(type.parameters);
  if (!validate(parameters)) {
    const [error] = validate.errors ?? [];
    return error ? problemOf(error) : { path: "parameters", problem: "is not as the schema says" };
  }
  const unclear = inexactAt(parameters, "parameters");
  if (unclear) return unclear;
  if (Buffer.byteLength(canonicalJson(parameters)) > MAX_BYTES)
    return { path: "parameters", problem: `has more than ${MAX_BYTES} bytes` };
  const beyond = performingProblem(type, parameters);
  return beyond && { path: ["parameters", beyond.path].filter(Boolean).join("."), problem: beyond.problem };
}
