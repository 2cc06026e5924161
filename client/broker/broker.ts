import * as z from "zod";
import type {
  ActionBody,
  ActionView,
  OutcomeBody,
  RedeemBody,
  RedeemedView,
} from "../../functions/core/api/actions.ts";
import type { ReadBody, ReadView } from "../../functions/core/api/reads.ts";
import type {
  AskBody,
  CatalogueView,
  CredentialsView,
  DecisionBody,
  DecisionView,
  ExtendBody,
  GrantView,
  LiftedView,
  LockdownBody,
  LockdownSetView,
} from "../../functions/core/api/schemas.ts";
import { grantId } from "../../functions/core/ids.ts";
import type { Lockdown } from "../../functions/core/lockdown.ts";
import { LatchkeyError } from "../errors.ts";
import { type Call, type CallDeps, call } from "./call.ts";

/** How a call may be ended early. */
type Abortable = { signal?: AbortSignal };
/** A key of its own for each thing that is to be made once, kept for its repeats. */
export type Once = Abortable & { idempotencyKey?: string };
type DryRun = { dryRun: true; decision: DecisionView; digest: string };

/** The signed API, a method a route: what it answers, or one of the errors of `errors.ts`. */
export type Broker = {
  url: string;
  catalogue(options?: Abortable): Promise<CatalogueView>;
  ask(body: AskBody, options?: Once): Promise<GrantView>;
  dryRun(body: AskBody, options?: Abortable): Promise<DryRun>;
  grant(id: string, options?: Abortable & { wait?: number }): Promise<GrantView>;
  grants(
    query?: { agent?: string; cursor?: string; limit?: number; waiting?: "me" },
    options?: Abortable,
  ): Promise<{ grants: GrantView[]; cursor?: string }>;
  credentials(id: string, options?: Abortable): Promise<CredentialsView>;
  release(id: string, options?: Abortable): Promise<GrantView>;
  act(body: ActionBody, options?: Once): Promise<ActionView>;
  dryRunAction(body: ActionBody, options?: Abortable): Promise<DryRun>;
  action(id: string, options?: Abortable): Promise<ActionView>;
  redeem(id: string, body: RedeemBody, options?: Once): Promise<RedeemedView>;
  outcome(id: string, body: OutcomeBody, options?: Abortable): Promise<ActionView>;
  read(id: string, body: ReadBody, options?: Abortable): Promise<ReadView>;
  extend(id: string, body: ExtendBody, options?: Once): Promise<GrantView>;
  decide(id: string, body: DecisionBody, options?: Abortable): Promise<GrantView>;
  resend(id: string, options?: Abortable): Promise<GrantView>;
  review(id: string, comment: string, options?: Abortable): Promise<GrantView>;
  revoke(id: string, reason: string, options?: Abortable): Promise<GrantView>;
  lockdowns(options?: Abortable): Promise<{ lockdowns: Lockdown[] }>;
  setLockdown(body: LockdownBody, options?: Once): Promise<LockdownSetView>;
  liftLockdown(id: string, reason: string, options?: Abortable): Promise<LiftedView>;
};

const STRINGS = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] as const;
type Body = Record<string, unknown>;

const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const word = z.object({ person: z.string(), comment: z.string().optional() });
/**
 * Answers are looked at only as far as a client acts on them, so that a broker of tomorrow may say more: an id goes into
 * paths and file names, a status decides what happens next, times and numbers how long is waited.
 */
const grantActedOn = z.object({
  id: grantId,
  status: z.string(),
  window: z.object({ seconds: z.number(), startsAt: moment.optional(), endsAt: moment.optional() }),
  retryAfterSeconds: z.number().optional(),
  decision: z.object({
    plan: z.array(
      z.object({
        ...{ status: z.string(), group: z.string(), quorum: z.number() },
        ...{ approved: z.array(word), rejected: word.optional() },
      }),
    ),
  }),
  closing: z.object({ code: z.string(), detail: z.string().optional() }).optional(),
  extendedBy: grantId.optional(),
  timeline: z.array(z.object({ time: moment, status: z.string().optional() })).optional(),
});
const isGrant = (body: unknown): boolean => grantActedOn.safeParse(body).success;
/** A grant is acted on by its id: an answer about another one is none. */
const isThis =
  (id: string) =>
  (body: Body): boolean =>
    isGrant(body) && body.id === id;
const json = z.record(z.string(), z.json());
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const actionActedOn = grantActedOn.extend({
  ...{ type: z.string(), audience: z.string(), performer: z.string().optional() },
  ...{ parameters: json, parametersDigest: digest },
  // It goes into environments and files.
  permit: z
    .string()
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    .optional(),
  redeemed: z.object({ at: moment, by: z.string() }).optional(),
  outcome: z.object({ result: z.string(), detail: z.string().optional() }).optional(),
});
const isAction = (body: unknown): boolean => actionActedOn.safeParse(body).success;
const isThisAction =
  (id: string) =>
  (body: Body): boolean =>
    isAction(body) && body.id === id;
const redeemedActedOn = z.object({
  ...{ id: grantId, redeemed: z.literal(true), type: z.string(), agent: z.string() },
  ...{ parametersDigest: digest, at: moment },
});
const isRedeemed =
  (id: string) =>
  (body: Body): boolean =>
    redeemedActedOn.safeParse(body).success && body.id === id;
const rowsActedOn = z.object({
  rows: z.array(json),
  ...{ masked: z.number(), detected: z.number() },
  cursor: z.string().min(1).optional(),
});
const isRows = (body: unknown): boolean => rowsActedOn.safeParse(body).success;
const isCredentials = (body: Body): boolean =>
  body.Version === 1 &&
  STRINGS.every((name) => typeof body[name] === "string" && body[name] !== "") &&
  !Number.isNaN(Date.parse(String(body.Expiration)));
const hasList = (name: string) => (body: Body) => Array.isArray(body[name]);
const hasGrants = ({ grants }: Body): boolean => Array.isArray(grants) && grants.every(isGrant);

function idOf(given: string): string {
  if (grantId.safeParse(given).success) return given;
  throw new LatchkeyError(
    "usage",
    `${JSON.stringify(given)} is no id: one has 16 letters a-z and digits 2-7.`,
  );
}

/** Opens the signed API. `newKey` makes Idempotency-Keys. */
export function openBroker(deps: CallDeps & { newKey(): string }): Broker {
  async function answer<T>(asked: Call, isRight: (body: Body) => boolean): Promise<T> {
    const body = await call(deps, asked);
    if (typeof body === "object" && body !== null && isRight(body as Body)) return body as T;
    throw new LatchkeyError(
      "no_endpoint",
      `What answers at ${deps.url} is not Latchkey: look at the endpoint.`,
    );
  }
  const get = (path: string, query: Call["query"], options: Abortable = {}) =>
    ({ method: "GET", path, query: query ?? {}, ...options }) as const;
  const post = (path: string, body: unknown, options: Once = {}) =>
    ({ method: "POST", path, body, ...options }) as const;
  const once = (options: Once = {}): Once => ({
    ...options,
    idempotencyKey: options.idempotencyKey ?? deps.newKey(),
  });
  const at = (id: string, what = "") => `/grants/${idOf(id)}${what}`;
  const actionAt = (id: string, what = "") => `/actions/${idOf(id)}${what}`;
  const isDryRun = ({ dryRun }: Body): boolean => dryRun === true;
  return {
    url: deps.url,
    catalogue: (options) => answer(get("/catalogue", {}, options), hasList("resources")),
    ask: (body, options) => answer(post("/grants", body, once(options)), isGrant),
    dryRun: (body, options) => answer(post("/grants", { ...body, dryRun: true }, options), isDryRun),
    grant: async (id, { wait, ...options } = {}) => answer(get(at(id), { wait }, options), isThis(id)),
    grants: (query, options) => answer(get("/grants", query, options), hasGrants),
    credentials: async (id, options) =>
      answer(post(at(id, "/credentials"), undefined, options), isCredentials),
    release: async (id, options) => answer(post(at(id, "/release"), undefined, options), isThis(id)),
    act: (body, options) => answer(post("/actions", body, once(options)), isAction),
    dryRunAction: (body, options) => answer(post("/actions", { ...body, dryRun: true }, options), isDryRun),
    action: async (id, options) => answer(get(actionAt(id), {}, options), isThisAction(id)),
    // A repeat under the key that has won is the same redemption; under another it is a second use.
    redeem: async (id, body, options) =>
      answer(post(actionAt(id, "/redeem"), body, once(options)), isRedeemed(id)),
    outcome: async (id, body, options) =>
      answer(post(actionAt(id, "/outcome"), body, options), isThisAction(id)),
    read: async (id, body, options) => answer(post(at(id, "/read"), body, options), isRows),
    extend: async (id, body, options) => answer(post(at(id, "/extend"), body, once(options)), isGrant),
    decide: async (id, body, options) => answer(post(at(id, "/decision"), body, options), isThis(id)),
    resend: async (id, options) => answer(post(at(id, "/resend"), undefined, options), isThis(id)),
    review: async (id, comment, options) => answer(post(at(id, "/review"), { comment }, options), isThis(id)),
    revoke: async (id, reason, options) => answer(post(at(id, "/revoke"), { reason }, options), isThis(id)),
    lockdowns: (options) => answer(get("/lockdowns", {}, options), hasList("lockdowns")),
    setLockdown: (body, options) =>
      answer(post("/lockdowns", body, once(options)), ({ id }) => typeof id === "string"),
    liftLockdown: async (id, reason, options = {}) =>
      answer(
        { method: "DELETE", path: `/lockdowns/${idOf(id)}`, query: { reason }, ...options },
        ({ lifted }) => lifted === true,
      ),
  };
}
