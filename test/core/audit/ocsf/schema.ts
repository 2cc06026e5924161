/**
 * What OCSF 1.8.0 demands of the classes and objects that are used here, copied by hand from its published schema: what is
 * required, of which names one must be there, and every name that there is. https://schema.ocsf.io/1.8.0
 */
type Shape = {
  required?: readonly string[];
  atLeastOne?: readonly string[];
  justOne?: readonly string[];
  /** All other names that the class or object has, as far as they may be used. */
  optional: readonly string[];
  /** Members that are objects, by the name of their shape; `[]` after it for a list of them. */
  members?: Readonly<Record<string, string>>;
  /** Members that are enumerations. */
  enums?: Readonly<Record<string, readonly number[]>>;
};

const ENTITY = { atLeastOne: ["name", "uid"] } as const;

const objects: Record<string, Shape> = {
  metadata: {
    required: ["product", "version"],
    optional: ["uid", "event_code", "log_name", "correlation_uid", "sequence", "profiles"],
    members: { product: "product" },
  },
  product: { ...ENTITY, optional: ["vendor_name", "version", "feature"], members: { feature: "feature" } },
  feature: { ...ENTITY, optional: ["version"] },
  actor: {
    atLeastOne: ["process", "user", "invoked_by", "session", "app_name", "app_uid"],
    optional: ["authorizations", "idp"],
    members: { user: "user", session: "session" },
  },
  user: {
    atLeastOne: ["account", "name", "uid"],
    optional: ["type_id", "type", "uid_alt", "groups", "credential_uid"],
    enums: { type_id: [0, 1, 2, 3, 4, 99] },
  },
  session: { optional: ["uid", "created_time", "expiration_time", "issuer"] },
  resource_details: { ...ENTITY, optional: ["type", "owner", "namespace", "group"] },
  managed_entity: {
    atLeastOne: ["name", "uid", "device", "group", "org", "policy", "user"],
    optional: ["type", "type_id", "version", "data"],
    members: { policy: "policy", user: "user" },
    enums: { type_id: [0, 1, 2, 3, 4, 5, 6, 7, 99] },
  },
  policy: { atLeastOne: ["name", "type", "uid"], optional: ["desc", "version", "is_applied"] },
  api: {
    required: ["operation"],
    optional: ["group", "request", "response", "service", "version"],
    members: { request: "request", service: "service" },
  },
  request: { required: ["uid"], optional: ["data", "flags", "containers"] },
  service: { ...ENTITY, optional: ["version", "labels", "tags"] },
  network_endpoint: {
    atLeastOne: ["ip", "uid", "name", "hostname", "svc_name", "instance_uid", "interface_uid", "domain"],
    optional: ["port", "type", "type_id"],
  },
  fingerprint: {
    required: ["algorithm_id", "value"],
    optional: ["algorithm"],
    enums: { algorithm_id: [0, 1, 2, 3, 4, 5, 6, 7, 99] },
  },
  finding_info: { required: ["title", "uid"], optional: ["desc", "types", "analytic", "created_time"] },
  evidences: {
    atLeastOne: ["actor", "api", "data", "src_endpoint"],
    optional: ["uid"],
    members: { actor: "actor", src_endpoint: "network_endpoint" },
  },
  ai_model: { required: ["ai_provider", "name"], optional: ["uid", "version"] },
};

const BASE: Shape = {
  required: ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"],
  optional: [
    ...["activity_name", "category_name", "class_name", "count", "duration", "end_time", "message"],
    ...["raw_data", "raw_data_hash", "severity", "start_time", "status", "status_code", "status_detail"],
    ...["status_id", "type_name", "unmapped"],
  ],
  members: {
    metadata: "metadata",
    raw_data_hash: "fingerprint",
    actor: "actor",
    src_endpoint: "network_endpoint",
  },
  enums: { severity_id: [0, 1, 2, 3, 4, 5, 6, 99], status_id: [0, 1, 2, 99] },
};
const IAM = { ...BASE, optional: [...BASE.optional, "actor", "src_endpoint", "http_request"] };

const extended = (base: Shape, own: Partial<Shape>): Shape => ({
  ...base,
  ...own,
  required: [...(base.required ?? []), ...(own.required ?? [])],
  optional: [...base.optional, ...(own.optional ?? [])],
  members: { ...base.members, ...own.members },
  enums: { ...base.enums, ...own.enums },
});

const classes: Record<number, Shape> = {
  2004: extended(BASE, {
    required: ["finding_info"],
    optional: ["comment", "evidences", "resources", "remediation"],
    members: { finding_info: "finding_info", evidences: "evidences[]", resources: "resource_details[]" },
    enums: { activity_id: [0, 1, 2, 3, 99], status_id: [0, 1, 2, 3, 4, 5, 6, 99] },
  }),
  3003: extended(IAM, {
    required: ["user"],
    justOne: ["privileges", "group"],
    optional: ["session", "dst_endpoint"],
    members: { user: "user", session: "session" },
    enums: { activity_id: [0, 1, 2, 99] },
  }),
  3004: extended(IAM, {
    required: ["entity"],
    optional: ["comment", "entity_result", "access_list", "access_mask"],
    members: { entity: "managed_entity" },
    enums: { activity_id: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99] },
  }),
  3005: extended(IAM, {
    required: ["privileges", "user"],
    optional: ["resources"],
    members: { user: "user", resources: "resource_details[]" },
    enums: { activity_id: [0, 1, 2, 99] },
  }),
  6003: extended(BASE, {
    required: ["actor", "api", "src_endpoint"],
    optional: ["resources", "dst_endpoint", "http_request", "http_response", "ai_model", "message_context"],
    members: { api: "api", resources: "resource_details[]", ai_model: "ai_model" },
    enums: { activity_id: [0, 1, 2, 3, 4, 99] },
  }),
};

type Json = Record<string, unknown>;
const has = (value: Json, name: string): boolean => value[name] !== undefined;

/** Everything about a value that its shape does not allow, by path. */
function problemsOf(value: unknown, shape: Shape, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
  const given = value as Json;
  const { required = [], atLeastOne = [], justOne = [], optional, members = {}, enums = {} } = shape;
  const known = [...required, ...atLeastOne, ...justOne, ...optional];
  const inside = Object.entries(members).flatMap(([name, kind]) => {
    if (!has(given, name)) return [];
    const of = objects[kind.replace("[]", "")] as Shape;
    const list = kind.endsWith("[]") ? (given[name] as unknown[]) : [given[name]];
    return list.flatMap((each) => problemsOf(each, of, `${path}.${name}`));
  });
  return [
    ...required.filter((name) => !has(given, name)).map((name) => `${path}.${name} is missing`),
    ...(atLeastOne.length > 0 && !atLeastOne.some((name) => has(given, name))
      ? [`${path} has none of ${atLeastOne.join(", ")}`]
      : []),
    ...(justOne.length > 0 && justOne.filter((name) => has(given, name)).length !== 1
      ? [`${path} has not just one of ${justOne.join(", ")}`]
      : []),
    ...Object.keys(given)
      .filter((name) => !known.includes(name))
      .map((name) => `${path}.${name} is not in the schema`),
    ...Object.entries(enums)
      .filter(([name, values]) => has(given, name) && !values.includes(given[name] as number))
      .map(([name]) => `${path}.${name} is no value of its enumeration`),
    ...inside,
  ];
}

/** What OCSF 1.8.0 has against an event; nothing when it is one. */
export function ocsfProblems(event: Json): string[] {
  const shape = classes[event.class_uid as number];
  if (!shape) return ["class_uid is not one of ours"];
  const { class_uid: classUid, category_uid: category, activity_id: activity, type_uid: type } = event;
  return [
    ...problemsOf(event, shape, "event"),
    ...(category === Math.floor(Number(classUid) / 1000) ? [] : ["category_uid is another"]),
    ...(type === Number(classUid) * 100 + Number(activity) ? [] : ["type_uid is another"]),
    ...(Number.isInteger(event.time) ? [] : ["time is not in milliseconds"]),
  ];
}
