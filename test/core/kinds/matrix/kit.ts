import type { Ask } from "../../../../functions/core/kinds/registry.ts";
import type { Call, PolicyStatement } from "../evaluate.ts";

export const REGION = "eu-west-1";
export const ACCOUNT = "000000000000";
/** The id in whose name matrix sessions are compiled, and another grant's. */
export const OWN_GRANT = "aaaabbbbccccdddd";
export const OTHER_GRANT = "bbbbccccddddeeee";

/** What an ask compiles to, to the letter, and what the approver reads of it. */
export type Case = { ask: Ask; statements: PolicyStatement[]; lines: string[] };
/** Calls of an ask's session that must be allowed, and that must not. */
export type Probes = { ask: Ask; allowed: Call[]; refused: Call[] };
type Scoped = { scope: unknown };
/** Scopes that a kind refuses, with where and why, and that it accepts, with what becomes of them. */
export type Scopes = {
  refused: (Scoped & { path: (string | number)[]; reason: string | RegExp })[];
  accepted: (Scoped & { canonical: Record<string, unknown> })[];
};
/** All that is known of one kind, for the tests that go over all of them. */
export type Matrix = {
  compiled: Case[];
  probes: Probes[];
  scopes: Scopes;
  fits: string[];
  misfits: string[];
};

export const allow = (Action: string[], Resource: string[], Condition?: PolicyStatement["Condition"]) => ({
  Effect: "Allow" as const,
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** A call of KMS as a service makes it in a session's name. */
export const viaService = (
  service: string,
  action: string,
  encryptionContext: Record<string, string>,
  resource = KEY,
): Call => ({
  action: `kms:${action}`,
  resource,
  context: {
    "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
    ...Object.fromEntries(
      Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
    ),
  },
});

/** The same as the session itself would ask it: with no service in between. */
export const directly = (call: Call): Call => {
  const { "kms:ViaService": _service, ...context } = call.context ?? {};
  return { ...call, context };
};

/** For kinds without a scope: whatever is named is refused. */
export const noScopes: Scopes = {
  refused: [{}, { name: "x" }, null, "x", []].map((scope) => ({
    scope,
    path: [],
    reason: "must be absent: this kind has no narrower part",
  })),
  accepted: [],
};
