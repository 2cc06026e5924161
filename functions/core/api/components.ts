import * as z from "zod";
import { kindNames } from "../kinds/names.ts";
import { aboutKind } from "../kinds/registry.ts";
import * as actions from "./actions.ts";
import { jwksView } from "./jwks-view.ts";
import * as reads from "./reads.ts";
import * as schemas from "./schemas.ts";
import * as shown from "./shown.ts";

export type Json = Record<string, unknown>;

const uri = (id: string): string => `#/components/schemas/${id}`;

/** The OpenAPI format registry's word for how large an integer is. https://spec.openapis.org/registry/format/ */
function sizeInteger({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.type !== "integer") return;
  const { minimum, maximum } = jsonSchema as { minimum?: number; maximum?: number };
  const isSmall =
    minimum !== undefined && maximum !== undefined && minimum >= -(2 ** 31) && maximum < 2 ** 31;
  jsonSchema.format = isSmall ? "int32" : "int64";
}
const options = { uri, unrepresentable: "any", override: sizeInteger } as const;

/** Every schema that has a name, once: where one holds another it refers to it. What is cleaned is told as it is afterwards. */
const named = z.registry<{ id: string }>();
for (const each of [
  ...Object.values(schemas),
  ...Object.values(shown),
  ...Object.values(actions),
  ...Object.values(reads),
  jwksView,
]) {
  const id = each instanceof z.ZodType ? each.meta()?.id : undefined;
  if (each instanceof z.ZodType && id && !named.has(each)) named.add(each, { id });
}
// Those that only others hold are put aside under one name: they are components like the rest.
const SHARED = "__shared";
function everything(): Record<string, Json> {
  const { schemas: all } = z.toJSONSchema(named, options);
  const { [SHARED]: shared, ...rest } = JSON.parse(
    JSON.stringify(all).replaceAll(`${uri(SHARED)}#/$defs/`, uri("")),
  ) as Record<string, Json>;
  return { ...rest, ...(shared?.$defs as Record<string, Json>) };
}

/** What each kind of resource takes as a scope; of some there is no narrower part. */
function scopesOfKinds(): Record<string, Json> {
  const scopes = kindNames.map((kind) => {
    const { $schema: _, ...json } = z.toJSONSchema(aboutKind(kind).scope, {
      ...options,
      io: "input",
    }) as Json;
    return [kind, json] as const;
  });
  return Object.fromEntries(
    scopes
      .filter(([, json]) => json.type === "object")
      .map(([kind, json]) => [`Scope-${kind}`, { description: `Of a resource of kind ${kind}.`, ...json }]),
  );
}

/** Zod's own name for any JSON, which only the open objects use. */
const withoutJson = (all: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(Object.entries(all).filter(([id]) => !/^schema\d+$/.test(id)));

/** Objects of which the contract knows only that they are. */
const OPEN = ["ActionParameters", "ParameterSchema", "MaskedRow"];

/** `#/components/schemas`. */
export function componentSchemas(): Record<string, Json> {
  const kinds = scopesOfKinds();
  const all = Object.fromEntries(
    Object.entries(everything()).map(([id, { $schema: _, $id: __, id: ___, ...json }]) => [id, json]),
  );
  const { description } = all.AskedScope ?? {};
  const anyKind = { description, anyOf: Object.keys(kinds).map((id) => ({ $ref: uri(id) })) };
  // Any JSON, within the limits of a body: what it must be, the catalogue says.
  const open = Object.fromEntries(
    OPEN.map((id) => [id, { type: "object", description: all[id]?.description, additionalProperties: {} }]),
  );
  // By name: the order of a module's exports is not the same everywhere.
  return Object.fromEntries(
    Object.entries({ ...withoutJson(all), ...open, AskedScope: anyKind, ...kinds }).sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );
}

/** A schema that has a name, by it. */
export function schemaOf(schema: z.ZodType): Json {
  const id = schema.meta()?.id;
  if (id === undefined) throw new RangeError("what the contract shows has a name");
  return { $ref: uri(id) };
}

/** A schema as it is, without a name. */
export function inlined(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, options) as Json;
  return json;
}

/** The fields of a query, each with its schema, and whether it must be given. */
export function fieldsOf(query: z.ZodType): { name: string; required: boolean; schema: Json }[] {
  const { properties = {}, required = [] } = inlined(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    return { name, required: required.includes(name), schema };
  });
}
