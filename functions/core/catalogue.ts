import * as z from "zod";
import { actionType, asResource, performingSystem } from "./actions/action-type.ts";
import { start } from "./actions/start.ts";
import { arn, classification, iamPrincipal, id } from "./catalogue-names.ts";
import { accessNames, kindNames, type SubjectAccess, type SubjectKind } from "./kinds/names.ts";
import { kindSettings, type Settings } from "./kinds/registry.ts";

import { masking } from "./masking/masking.ts";

/** 60 s to 12 h is what a window may ever be. A session lasts an hour at most: in longer windows it is renewed. */
export const WINDOW_SECONDS = { min: 60, max: 43_200 } as const;

const agent = z.strictObject({
  id,
  name: z.string().min(1).max(80),
  /** Goes into session names: `lk.<key>.<grant id>.<attempt>` must fit STS's 64 characters. */
  key: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,23}$/, "must be 2 to 24 lower-case letters, digits and hyphens")
    .refine((key) => key !== "control", "is what the prover's own session is called"),
  owner: id,
  team: id,
  environment: id,
  /** What role- and attribute-based rules go by: `principal in Role::"…"`, `principal.getTag("…")`. */
  roles: z.array(id).optional(),
  attributes: z.record(id, z.string().min(1).max(100)).optional(),
  /** Where this agent may have more, or less, at once than is usual. */
  quota: z
    .strictObject({
      openGrants: z.int().min(1).max(200).optional(),
      asksPerMinute: z.int().min(1).max(600).optional(),
    })
    .optional(),
  principals: z.array(iamPrincipal).min(1),
});

const person = z.strictObject({
  id,
  name: z.string().min(1).max(80),
  email: z.email().max(254),
  groups: z.array(id),
  /** Only for rules that keep the agent's own team out. */
  team: id.optional(),
  principal: iamPrincipal.optional(),
  /** Where `principal` is a role that several people share: what their identity provider sets. Absent: the address. */
  sessionName: z
    .string()
    .regex(/^[\w+=,.@-]{2,64}$/, "must be a session name")
    .optional(),
  /** An address that several people read, or that an agent can read: synth warns when it is an approver's. */
  mailbox: z.enum(["shared", "agent-readable"]).optional(),
});

/** Who decides for whom while they are away: whole days in UTC, both included. Never passed on. */
const delegation = z.strictObject({ from: id, to: id, starts: z.iso.date(), ends: z.iso.date() });

const resource = z.strictObject({
  id,
  kind: z.enum(kindNames),
  description: z.string().min(1).max(200),
  arn,
  /** What the kind must know beside the ARN: see docs/kinds.md. */
  settings: kindSettings.optional(),
  environment: id,
  classification,
  tags: z.array(id),
  ownerGroup: id,
  accessRole: id,
  maxWindowSeconds: z
    .int()
    .min(WINDOW_SECONDS.min)
    .max(WINDOW_SECONDS.max, `must be at most ${WINDOW_SECONDS.max}`),
  accesses: z
    .array(z.enum(accessNames))
    .min(1)
    .refine((list) => new Set(list).size === list.length, "names an access twice"),
  /** The data set that it belongs to: `resource in DataSet::"…"`. */
  dataSet: id.optional(),
  /** Narrower parts that have a name: what a counter-offer may propose instead of the whole. */
  subScopes: z
    .array(
      z.strictObject({
        id,
        description: z.string().min(1).max(200),
        scope: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
      }),
    )
    .optional(),
  /** Along which axes a refused or pending ask may be offered less. Absent: all of them. */
  counterOffers: z.array(z.enum(["masked", "scope", "access", "window"])).optional(),
  /** How its rows are read masked, field by field. Absent: it is not read masked. */
  masking: masking.optional(),
  /** What a release does: `deny` (also when absent) ends live sessions by a deny, `expire` lets them end by themselves. */
  onRelease: z.enum(["deny", "expire"]).optional(),
});

/** What there is to say of an access role: where it is, when not in the broker's account, and how many alike there are. */
const accessRole = z.strictObject({
  id,
  account: z
    .string("must be text: quote it")
    .regex(/^\d{12}$/, "must be 12 digits")
    .optional(),
  copies: z.int().min(1).max(10).optional(),
});
export type AccessRole = z.infer<typeof accessRole>;

export const agentsFile = z.strictObject({ agents: z.array(agent).min(1) });
export const peopleFile = z.strictObject({
  groups: z.record(id, z.string().min(1)),
  people: z.array(person).min(1),
  delegations: z.array(delegation).optional(),
});
export const resourcesFile = z.strictObject({
  resources: z.array(resource).min(1),
  accessRoles: z.array(accessRole).optional(),
});

export const actionsFile = z.strictObject({
  performers: z.array(performingSystem).optional(),
  actions: z.array(actionType).min(1),
  starts: z.array(start).max(50).optional(),
});

export const catalogueSchema = z.strictObject({
  agents: agentsFile.shape.agents,
  groups: peopleFile.shape.groups,
  people: peopleFile.shape.people,
  delegations: peopleFile.shape.delegations,
  resources: resourcesFile.shape.resources,
  accessRoles: resourcesFile.shape.accessRoles,
  actions: actionsFile.shape.actions.optional(),
  performers: actionsFile.shape.performers,
  starts: actionsFile.shape.starts,
});
export type Catalogue = z.infer<typeof catalogueSchema>;
export type Agent = Catalogue["agents"][number];
export type Person = Catalogue["people"][number];
export type Resource = Catalogue["resources"][number];
/** What a grant may be about: a resource of the catalogue, or an action type in the form of one (`subjectOf`). */
export type Subject = Omit<Resource, "kind" | "accesses"> & {
  kind: SubjectKind;
  accesses: SubjectAccess[];
};

/** The resource, or the action type in the form of one, that has the id. */
export function subjectOf(catalogue: Catalogue, id: string): Subject | undefined {
  const action = catalogue.actions?.find((each) => each.id === id);
  return catalogue.resources.find((each) => each.id === id) ?? (action && asResource(action));
}

/** True when rows of the resource may be asked for masked. */
export const offersMasked = ({ masking }: Pick<Subject, "masking">, access: SubjectAccess): boolean =>
  masking !== undefined && access === "read";

/** The account and region that `{account}` and `{region}` in catalogue ARNs stand for. */
export type Place = { accountId: string; region: string };

/** The same settings with each text changed. */
export const mapSettings = (settings: Settings, change: (text: string) => string): Settings =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === "string" ? change(value) : value.map(change),
    ]),
  );

/** The catalogue with its placeholders filled in for one account and region. */
export function inPlace(catalogue: Catalogue, place: Place): Catalogue {
  const fill = (text: string) =>
    text.replaceAll("{account}", place.accountId).replaceAll("{region}", place.region);
  return {
    ...catalogue,
    agents: catalogue.agents.map((each) => ({ ...each, principals: each.principals.map(fill) })),
    people: catalogue.people.map((each) =>
      each.principal ? { ...each, principal: fill(each.principal) } : each,
    ),
    resources: catalogue.resources.map((each) => ({
      ...each,
      arn: fill(each.arn),
      ...(each.settings ? { settings: mapSettings(each.settings, fill) } : {}),
    })),
    ...(catalogue.actions
      ? {
          actions: catalogue.actions.map((each) => ({
            ...each,
            arn: fill(each.arn),
            ...(each.limits ? { limits: mapSettings(each.limits, fill) as typeof each.limits } : {}),
          })),
        }
      : {}),
    ...(catalogue.starts
      ? {
          starts: catalogue.starts.map((each) => ({
            ...each,
            ...(each.answer
              ? { answer: { ...each.answer, stateMachine: fill(each.answer.stateMachine) } }
              : {}),
          })),
        }
      : {}),
    ...(catalogue.performers
      ? {
          performers: catalogue.performers.map((each) => ({
            ...each,
            principals: each.principals.map(fill),
          })),
        }
      : {}),
  };
}
