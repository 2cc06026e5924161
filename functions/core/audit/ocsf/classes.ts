import type { AuditEvent, Facts } from "../event.ts";
import type { EventTypeRow } from "../registry/row.ts";

export type Attributes = Record<string, unknown>;
/** What a class of OCSF says of an event, and which facts have a place in that: the others go to `unmapped`. */
type Mapped = { attributes: Attributes; placed: readonly (keyof Facts)[] };
type ClassUid = EventTypeRow["classUid"];
type OcsfClass = {
  name: string;
  activities: Record<number, string>;
  map: (event: AuditEvent) => Mapped;
  /** A finding is of no single act: who raised it is among its evidences. */
  actorInEvidences?: true;
};

const [USER, SERVICE] = [1, 4]; // user.type_id
const [USER_ENTITY, POLICY_ENTITY, OTHER_ENTITY] = [2, 5, 99]; // managed_entity.type_id
const ms = (iso: string): number => new Date(iso).getTime();

/** An agent as the user whose privileges change; of a cut-off, which is about no single one, the role. */
const subjectOf = ({ agent, role }: Facts): Attributes => {
  const name = agent ?? role ?? "unknown";
  return { uid: name, name, type_id: SERVICE, type: "Service" };
};

const resourcesOf = ({ resource, resourceArn }: Facts): Attributes =>
  resource === undefined && resourceArn === undefined
    ? {}
    : {
        resources: [
          {
            ...(resource === undefined ? {} : { name: resource }),
            ...(resourceArn === undefined ? {} : { uid: resourceArn }),
          },
        ],
      };

/** Privileges are required: an event that is about no one access is about all of them. */
const access = ({ facts }: AuditEvent): Mapped => ({
  attributes: {
    user: subjectOf(facts),
    privileges: [facts.access ?? "*"],
    ...resourcesOf(facts),
  },
  placed: ["agent", "access", "resource", "resourceArn"],
});

const session = (event: AuditEvent): Mapped => {
  const { sessionName, endsAt } = event.facts;
  const { attributes, placed } = access(event);
  const { resources: _none, ...rest } = attributes; // the class has no place for them
  return {
    attributes: {
      ...rest,
      ...(sessionName === undefined
        ? {}
        : { session: { uid: sessionName, ...(endsAt ? { expiration_time: ms(endsAt) } : {}) } }),
    },
    placed: [...placed.filter((name) => !name.startsWith("resource")), "sessionName"],
  };
};

const entities: Partial<Record<AuditEvent["type"], (facts: Facts) => Mapped>> = {
  "policy.changed": ({ policyVersion = "unknown" }) => ({
    attributes: {
      entity: {
        ...{ uid: policyVersion, type_id: POLICY_ENTITY, type: "Policy" },
        policy: { uid: policyVersion, name: "Latchkey policy" },
      },
    },
    placed: ["policyVersion"],
  }),
  "person.added": ({ people = "unknown" }) => personEntity(people, USER, "people"),
  "person.removed": ({ people = "unknown" }) => personEntity(people, USER, "people"),
  "agent.pinned": ({ agent = "unknown" }) => personEntity(agent, SERVICE, "agent"),
};

const personEntity = (uid: string, type: number, fact: keyof Facts): Mapped => ({
  attributes: { entity: { uid, type_id: USER_ENTITY, type: "User", user: { uid, type_id: type } } },
  placed: [fact],
});

const entity = ({ type, facts }: AuditEvent): Mapped => {
  const { attributes, placed } = entities[type]?.(facts) ?? {
    attributes: {
      entity: {
        ...{ uid: facts.lockdown ?? "unknown", name: facts.target ?? "unknown" },
        ...{ type_id: OTHER_ENTITY, type: "Lockdown" },
      },
    },
    placed: ["lockdown", "target"] as const,
  };
  return {
    attributes: { ...attributes, ...(facts.reason ? { comment: facts.reason } : {}) },
    placed: [...placed, "reason"],
  };
};

/** `ai_operation` asks for the model's provider; agents name a model and nobody checks it, so that is not known. */
const modelOf = ({ model }: Facts): Attributes =>
  model === undefined ? {} : { ai_model: { name: model, ai_provider: "unknown" } };

const call = ({ type, facts, actor }: AuditEvent): Mapped => ({
  attributes: {
    api: {
      operation: facts.path ?? type,
      service: { name: "latchkey" },
      ...(actor.requestId ? { request: { uid: actor.requestId } } : {}),
    },
    ...resourcesOf(facts),
    ...modelOf(facts),
  },
  placed: ["path", "resource", "resourceArn", "model"],
});

const finding = ({ type, facts }: AuditEvent): Mapped => {
  const { flag = "unknown", rules = "unknown", reason, target, action } = facts;
  return {
    attributes: {
      finding_info: { uid: flag, title: `Red flag ${rules}: ${target ?? "unknown"}`, types: [rules] },
      ...resourcesOf(facts),
      ...(reason === undefined ? {} : { comment: reason }),
      ...(action === undefined || type !== "flag.raised" ? {} : { remediation: { desc: action } }),
    },
    placed: ["flag", "rules", "reason", "resource", "resourceArn"],
  };
};

/** The classes that events are of, with their words. https://schema.ocsf.io/1.8.0/classes */
export const classes: Record<ClassUid, OcsfClass> = {
  2004: {
    name: "Detection Finding",
    activities: { 1: "Create", 2: "Update", 3: "Close" },
    map: finding,
    actorInEvidences: true,
  },
  3003: { name: "Authorize Session", activities: { 99: "Other" }, map: session },
  3004: {
    name: "Entity Management",
    activities: { 1: "Create", 3: "Update", 4: "Delete", 6: "Enroll" },
    map: entity,
  },
  3005: {
    name: "User Access Management",
    activities: { 1: "Assign Privileges", 2: "Revoke Privileges", 99: "Other" },
    map: access,
  },
  6003: { name: "API Activity", activities: { 1: "Create", 2: "Read", 99: "Other" }, map: call },
};

export const categories: Record<number, string> = {
  2: "Findings",
  3: "Identity & Access Management",
  6: "Application Activity",
};
