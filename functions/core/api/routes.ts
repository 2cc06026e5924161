import type * as z from "zod";
import type { ErrorCode } from "../errors.ts";
import * as actions from "./actions.ts";
import { jwksView } from "./jwks-view.ts";
import { emptyQuery, listQuery, oneQuery } from "./queries.ts";
import { readBody, readView } from "./reads.ts";
import * as schemas from "./schemas.ts";

/** Who may call a route at all. What a caller may see of one grant is decided by its handler. */
type Permission =
  | ("agent" | "person" | "agent-or-person" | "agent-or-performer" | "any-principal")
  | ("link" | "anyone");

export type Route = {
  method: "GET" | "POST" | "DELETE";
  path: string;
  api: "signed" | "approval";
  /** The folder of `functions/` that answers. */
  service:
    | "grants-api"
    | "credentials-api"
    | "read-masked"
    | "decisions-api"
    | "stops-api"
    | "permits-api"
    | "approval-page"
    | "public-documents";
  permission: Permission;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** How large a body may be; absent: as any other. */
  maxBytes?: number;
  /** What it answers by status, its refusals in JSON apart. */
  answers: Record<number, z.ZodType | "html" | "openapi">;
  /** Every code that a refusal of it may have: the tests and the fuzzer fail at another. */
  refuses: readonly ErrorCode[];
};

const signed = { api: "signed" } as const;
const approval = { api: "approval" } as const;
/** Of every route of the signed API. */
const ALWAYS = ["invalid_request", "forbidden", "not_your_role", "unavailable", "internal"] as const;
/** Of an ask, whatever it goes on from. */
const OF_AN_ASK = [
  ...(["scope_too_large", "policy_denied", "locked_down", "idempotency_conflict", "quota_exceeded"] as const),
];

/** Every route of both APIs: the templates, the OpenAPI document, the handlers and the tests are made from this table (I-70). */
export const routes = {
  catalogue: {
    ...signed,
    method: "GET",
    path: "/catalogue",
    service: "grants-api",
    permission: "agent",
    summary: "What this agent may ask for",
    query: emptyQuery,
    answers: { 200: schemas.catalogueView },
    refuses: [...ALWAYS],
  },
  ask: {
    ...signed,
    method: "POST",
    path: "/grants",
    service: "grants-api",
    permission: "agent",
    summary: "Ask for a grant",
    body: schemas.askBody,
    answers: {
      200: schemas.dryRunView,
      201: schemas.grantView,
    },
    refuses: [...ALWAYS, ...OF_AN_ASK],
  },
  listGrants: {
    ...signed,
    method: "GET",
    path: "/grants",
    service: "grants-api",
    permission: "agent-or-person",
    summary:
      "Your grants, newest first; people of security and compliance name an agent; `waiting=me`: what you may decide",
    query: listQuery,
    answers: { 200: schemas.grantList },
    refuses: [...ALWAYS, "not_found"],
  },
  getGrant: {
    ...signed,
    method: "GET",
    path: "/grants/{id}",
    service: "grants-api",
    permission: "agent-or-person",
    summary: "One grant with its timeline; `wait` holds the answer while a machine is expected to act",
    query: oneQuery,
    answers: { 200: schemas.grantView },
    refuses: [...ALWAYS, "not_found"],
  },
  extend: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/extend",
    service: "grants-api",
    permission: "agent",
    summary: "Ask for a new grant that goes on from an active one, with a decision and a window of its own",
    body: schemas.extendBody,
    answers: {
      201: schemas.grantView,
    },
    refuses: [...ALWAYS, ...OF_AN_ASK, "not_found", "wrong_state", "already_extended", "grant_over"],
  },
  release: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/release",
    service: "grants-api",
    permission: "agent",
    summary: "Cancel a grant that waits, end one that is active",
    body: schemas.emptyBody,
    answers: { 200: schemas.grantView },
    refuses: [...ALWAYS, "not_found", "wrong_state"],
  },
  askAction: {
    ...signed,
    method: "POST",
    path: "/actions",
    service: "grants-api",
    permission: "agent",
    summary: "Ask to have one thing done, once, with exactly these parameters",
    body: actions.actionBody,
    answers: { 200: schemas.dryRunView, 201: actions.actionView },
    refuses: [...ALWAYS, "policy_denied", "locked_down", "idempotency_conflict", "quota_exceeded"],
  },
  getAction: {
    ...signed,
    method: "GET",
    path: "/actions/{id}",
    service: "grants-api",
    permission: "any-principal",
    summary: "One action with its timeline; for the agent that asked, its permit while that is good",
    query: oneQuery,
    answers: { 200: actions.actionView },
    refuses: [...ALWAYS, "not_found"],
  },
  redeem: {
    ...signed,
    method: "POST",
    path: "/actions/{id}/redeem",
    service: "permits-api",
    permission: "agent-or-performer",
    summary: "Redeem a permit, once, with the very parameters that are about to be used",
    body: actions.redeemBody,
    // The parameters are as large as those of any ask, which a client may write with escapes; and there is the permit.
    maxBytes: 64 * 1024,
    answers: { 200: actions.redeemedView },
    refuses: [
      ...[...ALWAYS, "not_found", "wrong_audience", "permit_mismatch", "permit_used", "grant_over"],
      "locked_down",
    ] as ErrorCode[],
  },
  outcome: {
    ...signed,
    method: "POST",
    path: "/actions/{id}/outcome",
    service: "permits-api",
    permission: "agent-or-performer",
    summary: "Say what came of an action: who redeemed its permit",
    body: actions.outcomeBody,
    answers: { 200: actions.actionView },
    refuses: [...ALWAYS, "not_found", "wrong_audience", "wrong_state"],
  },
  credentials: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/credentials",
    service: "credentials-api",
    permission: "agent",
    summary: "Current credentials, in the form of credential_process",
    body: schemas.emptyBody,
    answers: {
      200: schemas.credentialsView,
    },
    refuses: [
      ...[...ALWAYS, "not_found", "not_ready", "grant_over", "masked_only", "locked_down", "wrong_state"],
    ] as ErrorCode[],
  },
  read: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/read",
    service: "read-masked",
    permission: "agent",
    summary: "A page of rows of a masked grant, with tokens for what is personal",
    body: readBody,
    answers: { 200: readView },
    refuses: [
      ...ALWAYS,
      ...(["not_found", "not_ready", "not_masked", "grant_over", "locked_down"] as const),
      ...(["column_not_allowed", "format_mismatch", "quota_exceeded"] as const),
    ],
  },
  decision: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/decision",
    service: "decisions-api",
    permission: "person",
    summary: "Approve or reject the open stage, naming it and the digest that was seen",
    body: schemas.decisionBody,
    answers: {
      200: schemas.grantView,
    },
    refuses: [...ALWAYS, "not_found", "wrong_state", "locked_down"],
  },
  resend: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/resend",
    service: "decisions-api",
    permission: "person",
    summary: "Mail the open stage's approvers again; earlier links stay good",
    body: schemas.emptyBody,
    answers: {
      202: schemas.grantView,
    },
    refuses: [...ALWAYS, "not_found", "wrong_state", "quota_exceeded"],
  },
  review: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/review",
    service: "decisions-api",
    permission: "person",
    summary: "Close the review of a broken glass",
    body: schemas.reviewBody,
    answers: {
      200: schemas.grantView,
    },
    refuses: [...ALWAYS, "not_found", "wrong_state"],
  },
  revoke: {
    ...signed,
    method: "POST",
    path: "/grants/{id}/revoke",
    service: "stops-api",
    permission: "person",
    summary: "End a grant now, and those that extend it: its approvers, the resource's owners, security",
    body: schemas.whyStopped,
    answers: {
      200: schemas.grantView,
    },
    refuses: [...ALWAYS, "not_found", "wrong_state"],
  },
  setLockdown: {
    ...signed,
    method: "POST",
    path: "/lockdowns",
    service: "stops-api",
    permission: "person",
    summary:
      "Grant nothing more to an agent, on a resource, by an access role or at all, and end what is live",
    body: schemas.lockdownBody,
    answers: {
      200: schemas.lockdownSetView,
      201: schemas.lockdownSetView,
    },
    refuses: [...ALWAYS, "idempotency_conflict", "wrong_state"],
  },
  listLockdowns: {
    ...signed,
    method: "GET",
    path: "/lockdowns",
    service: "stops-api",
    permission: "person",
    summary: "The lockdowns that stand",
    query: emptyQuery,
    answers: { 200: schemas.lockdownList },
    refuses: [...ALWAYS],
  },
  liftLockdown: {
    ...signed,
    method: "DELETE",
    path: "/lockdowns/{id}",
    service: "stops-api",
    permission: "person",
    summary: "Lift a lockdown: another person of security than who set it, with a reason",
    // A DELETE's content has no meaning that intermediaries must keep (RFC 9110 §9.3.5).
    query: schemas.whyStopped,
    answers: {
      200: schemas.liftedView,
    },
    refuses: [...ALWAYS, "not_found"],
  },
  approvalPage: {
    ...approval,
    method: "GET",
    path: "/approvals/{token}",
    service: "approval-page",
    permission: "link",
    summary: "The approval page",
    answers: { 200: "html", 404: "html", 410: "html", 503: "html" },
    refuses: [],
  },
  decide: {
    ...approval,
    method: "POST",
    path: "/approvals/{token}",
    service: "approval-page",
    permission: "link",
    summary: "The approver's decision, as a form with the code from the mail",
    answers: {
      200: "html",
      400: "html",
      403: "html",
      404: "html",
      409: "html",
      410: "html",
      429: "html",
      503: "html",
    },
    refuses: [],
  },
  openapi: {
    ...approval,
    method: "GET",
    path: "/openapi.json",
    service: "public-documents",
    permission: "anyone",
    summary: "This contract",
    answers: { 200: "openapi" },
    refuses: [],
  },
  jwks: {
    ...approval,
    method: "GET",
    path: "/.well-known/jwks.json",
    service: "public-documents",
    permission: "anyone",
    summary: "The public keys by which digests are checked, with the time that each was in use",
    answers: { 200: jwksView },
    refuses: ["unavailable", "internal"],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export const allRoutes: (Route & { name: string })[] = Object.entries(routes).map(([name, route]) => ({
  name,
  ...route,
}));
