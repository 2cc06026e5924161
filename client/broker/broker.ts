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

/**
 * Answers are looked at only as far as a client acts on them, so that a broker of tomorrow may say more: an id goes into
 * paths and file names, a status decides what happens next.
 */
const isGrant = (body: Body): boolean =>
  grantId.safeParse(body.id).success && typeof body.status === "string" && typeof body.window === "object";
const isCredentials = (body: Body): boolean =>
  body.Version === 1 &&
  STRINGS.every((name) => typeof body[name] === "string" && body[name] !== "") &&
  !Number.isNaN(Date.parse(String(body.Expiration)));
const hasList = (name: string) => (body: Body) => Array.isArray(body[name]);

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
  return {
    url: deps.url,
    catalogue: (options) => answer(get("/catalogue", {}, options), hasList("resources")),
    ask: (body, options) => answer(post("/grants", body, once(options)), isGrant),
    dryRun: (body, options) =>
      answer(post("/grants", { ...body, dryRun: true }, options), ({ dryRun }) => dryRun === true),
    grant: async (id, { wait, ...options } = {}) => answer(get(at(id), { wait }, options), isGrant),
    grants: (query, options) => answer(get("/grants", query, options), hasList("grants")),
    credentials: async (id, options) =>
      answer(post(at(id, "/credentials"), undefined, options), isCredentials),
    release: async (id, options) => answer(post(at(id, "/release"), undefined, options), isGrant),
    extend: async (id, body, options) => answer(post(at(id, "/extend"), body, once(options)), isGrant),
    decide: async (id, body, options) => answer(post(at(id, "/decision"), body, options), isGrant),
    resend: async (id, options) => answer(post(at(id, "/resend"), undefined, options), isGrant),
    review: async (id, comment, options) => answer(post(at(id, "/review"), { comment }, options), isGrant),
    revoke: async (id, reason, options) => answer(post(at(id, "/revoke"), { reason }, options), isGrant),
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
