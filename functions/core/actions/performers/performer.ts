import type * as z from "zod";

/** Where a performer's function runs: for the ARNs of what it may touch. */
export type Site = { partition: string; region: string; accountId: string };

/** What a performer's function may do for one action type: from the type's limits, and nothing beside them. */
export type Permission = {
  actions: string[];
  resources: string[];
  conditions?: Record<string, Record<string, string | string[]>>;
};

/** What is wrong with parameters: which one, and in words that do not repeat its value. */
export type Wrong = { path: string; problem: string };

/**
 * One thing that Latchkey can do itself. Pure: what the parameters must be, which of them a type's limits allow, and the
 * one call that they come to. The function that makes the call is `functions/perform-action/<name>/`.
 */
export type Performer<Parameters, Limits, Call> = {
  parameters: z.ZodType<Parameters>;
  /** How far an action type of the catalogue may go: names of what there is, each a list. */
  limits: z.ZodType<Limits>;
  /** Undefined when the parameters stay within the limits. */
  beyond(parameters: Parameters, limits: Limits): Wrong | undefined;
  /** Exactly one call of AWS. `token` is the grant's id: the same for every try, so that a repeat is the same call. */
  call(parameters: Parameters, token: string): Call;
  permissions(limits: Limits, site: Site): Permission[];
  /** Why each ARN pattern in its permissions is one. */
  wildcards: string;
};

/** True when an S3 URI is at or below one of the places, each of which ends at a slash. */
export const isBelow = (uri: string, places: readonly string[]): boolean =>
  places.some((place) => uri.startsWith(place));
