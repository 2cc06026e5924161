/** What a fact may tell of. Rules of `policy/flags.yaml` go by these names; docs/red-flags.md says what each means. */
export const signals = [
  ...(["asked", "refused-elsewhere", "past-cap", "bad-window", "collected-late", "extended-late"] as const),
  ...(["foreign-collect", "granted-by-rule", "approved", "stage-asked", "stage-approved"] as const),
  ...(["collected", "read", "used", "used-late"] as const),
  ...(["assumed-unclaimed", "assumed-other-policy", "assumed-without-policy", "assume-refused"] as const),
] as const;
export type Signal = (typeof signals)[number];

/** Whom a rule counts by. `caller` is whoever called, whether the catalogue knows them or not. */
export const subjectKinds = ["agent", "agent-resource", "grant", "person", "caller", "role"] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Calls refused one after another, of calls in the order of their times. `all`: none of them was allowed. */
type Run = { head: number; longest: number; tail: number; all: boolean };

/** From where somebody called: a network, never an address (`198.51.100.0/24`), or a region; and from when to when. */
export type Sighting = { network?: string; region?: string; first: number; last: number };

/**
 * One thing that a watched event tells, in numbers and ids. Never a text that an agent wrote, an address or a secret:
 * evidence is made of these. `at` and times are epoch ms, of the thing and not of its telling.
 */
export type Fact = {
  id: string;
  at: number;
  signal: Signal;
  agent?: string | undefined;
  resource?: string | undefined;
  grant?: string | undefined;
  person?: string | undefined;
  caller?: string | undefined;
  role?: string | undefined;
  /** How often: an event may stand for the repeats of its minute. */
  times: number;
  /** What adds up, beside how often. */
  seconds?: number | undefined;
  rows?: number | undefined;
  bytes?: number | undefined;
  calls?: number | undefined;
  /** What is counted once however often it comes: the part of a resource, as a digest. */
  part?: string | undefined;
  stage?: number | undefined;
  run?: Run | undefined;
  seen?: readonly Sighting[] | undefined;
};

const both = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || other === undefined ? undefined : `${one}/${other}`;

/** Whose state a fact counts in under a rule, or nobody's: a fact that does not say so counts nowhere. */
export function subjectOf(kind: SubjectKind, fact: Fact): string | undefined {
  const id = kind === "agent-resource" ? both(fact.agent, fact.resource) : fact[kind];
  return id === undefined ? undefined : `${kind} ${id}`;
}
