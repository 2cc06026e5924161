import * as z from "zod";
import { action } from "./action.ts";
import { bedrockKnowledgeBase } from "./bedrock-knowledge-base.ts";
import { bedrockModel } from "./bedrock-model.ts";
import { bedrockPrompt } from "./bedrock-prompt.ts";
import { dynamodbTable } from "./dynamodb-table.ts";
import { glueTable } from "./glue-table.ts";
import { httpApi } from "./http-api.ts";
import { type AskProblem, GRANT, type Kind, type Probe, type Statement } from "./kind.ts";
import type { AccessName, KindName, SubjectAccess, SubjectKind } from "./names.ts";
import { parameter } from "./parameter.ts";
import { s3Prefix } from "./s3-prefix.ts";
import { s3VectorsIndex } from "./s3-vectors-index.ts";
import { secret } from "./secret.ts";

// Scopes and settings differ by kind, so the registry hides their types: both are parsed by their own kind before any
// other use, a scope when it is asked for, settings at synth.
// biome-ignore lint/suspicious/noExplicitAny: what is put in is what the kind itself has parsed
type AnyKind = Kind<any, any>;
const kinds: Record<SubjectKind, AnyKind> = {
  action,
  "s3-prefix": s3Prefix,
  "dynamodb-table": dynamodbTable,
  "glue-table": glueTable,
  "bedrock-model": bedrockModel,
  "bedrock-prompt": bedrockPrompt,
  "bedrock-knowledge-base": bedrockKnowledgeBase,
  "s3-vectors-index": s3VectorsIndex,
  secret,
  parameter,
  "http-api": httpApi,
};

/** What is written about a kind, for the docs and the tests. */
export const aboutKind = (kind: KindName): AnyKind => kinds[kind];

const words = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
/** A scope in canonical form, as its kind parsed it: what is stored, shown, hashed and compiled. */
export const canonicalScope = words;
export type Scope = z.infer<typeof canonicalScope>;
/** What the catalogue says of a resource beside its ARN, typed by the kind. */
export const kindSettings = words;
export type Settings = z.infer<typeof kindSettings>;

/** One resource as kinds know it. */
export type Where = { arn: string; settings?: Settings | undefined };
/** One resource and access to speak about: `scope` absent means the whole resource. */
export type Ask = Where & { kind: KindName; access: AccessName; scope?: Scope | undefined };
/** The same, or an action to speak about. */
export type SubjectAsk = Where & { kind: SubjectKind; access: SubjectAccess; scope?: Scope | undefined };

const targetOf = ({ arn, settings = {} }: Where) => ({ arn, settings });

/** Parses a scope as its kind wants it. The issues' paths are relative to the scope. */
export function parseScope(kind: SubjectKind, scope: unknown): z.ZodSafeParseResult<Scope> {
  return (kinds[kind].scope as z.ZodType<Scope>).safeParse(scope);
}

/** Checks a resource's settings as its kind wants them. The issues' paths are relative to the settings. */
export function parseSettings(kind: KindName, settings: unknown): z.ZodSafeParseResult<Settings> {
  return (kinds[kind].settings as z.ZodType<Settings>).safeParse(settings ?? {});
}

// An action has one access, which its kind does not look at.
const asAccess = (access: SubjectAccess): AccessName => access as AccessName;

/** What the resource, or the access, does not have of a scope that is well-formed by itself. */
export function askProblem({ kind, access, scope, ...where }: SubjectAsk): AskProblem | undefined {
  return scope === undefined ? undefined : kinds[kind].problem?.(targetOf(where), asAccess(access), scope);
}

/** The Allow statements of a session for this ask; `{grant}` in them stands for the grant's id. */
export function statementsOf({ kind, access, scope, ...where }: SubjectAsk): Statement[] {
  return kinds[kind].statements(targetOf(where), asAccess(access), scope);
}

/** What an approver reads: one line for each thing that becomes possible. */
export function describeAsk({ kind, access, scope, ...where }: SubjectAsk): string[] {
  return kinds[kind].describe(targetOf(where), asAccess(access), scope);
}

/** True when the kind offers the access at all. */
export const offersAccess = (kind: KindName, access: AccessName): boolean =>
  kinds[kind].actions[access] !== undefined;

/** True when an ARN has the form that the kind understands. */
export const fitsKind = (kind: KindName, arn: string): boolean => kinds[kind].arn.test(arn);

/** How ARNs of the kind may end in a wildcard; empty when they may not. */
export const endOf = (kind: KindName): string => kinds[kind].end ?? "";

/** ARN patterns under which the resource's data are. */
export const dataOf = (kind: KindName, where: Where): string[] =>
  kinds[kind].data?.(targetOf(where)) ?? [where.arn];

/** Of which services the Denies of a session name no more than the service. */
export const coarseOf = (kind: SubjectKind): NonNullable<AnyKind["coarse"]> => kinds[kind].coarse ?? {};

// As much as the prefix of an S3 key and its neighbours may need.
const USUAL_ROOM = 348;
/** The characters of a session policy that are kept for scopes. */
export const roomOf = (kind: KindName): number => kinds[kind].room ?? USUAL_ROOM;

/** How a denial on a resource is proved. */
export const probeOf = (kind: SubjectKind, { arn }: Where): Probe => kinds[kind].probe({ arn });

/** The id of a grant, or a pattern of all ids, in the place that statements keep for it. */
export function withGrant(statements: readonly Statement[], grant: string): Statement[] {
  const fill = (texts: string[]) => texts.map((text) => text.replaceAll(GRANT, grant));
  return statements.map(({ Condition, ...statement }) => ({
    ...statement,
    Resource: fill(statement.Resource),
    ...(Condition
      ? {
          Condition: Object.fromEntries(
            Object.entries(Condition).map(([operator, keys]) => [
              operator,
              Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, fill(values)])),
            ]),
          ),
        }
      : {}),
  }));
}

/** Everything an access role must be able to do so that any grant on the resource can be minted from it, and probed. */
export function ceilingOf(kind: KindName, where: Where, accesses: readonly AccessName[]): Statement[] {
  const any = accesses.flatMap((access) => statementsOf({ kind, access, ...where }));
  return [...withGrant(any, "*"), probeOf(kind, where).statement];
}
