import type { AuditEvent } from "../../../functions/core/audit/event.ts";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { isPermitted, type Permission } from "./effective.ts";
import { situations } from "./grid.ts";
import { answerText } from "./sheets.ts";
import { type Sheet, sheetOf, timeText } from "./table.ts";

/** One thing that changed, or that was so, about who may have what. */
export type Change = {
  /** By whom it is known: the record, or the two policies that were compared. */
  known: "record" | "comparison";
  what: string;
  id: string;
  change: "in force" | "added" | "removed" | "changed" | "gained" | "lost";
  at?: number;
  detail: string;
};

/** The policies that asks of the month were decided under, with the first and last ask of each. */
export function versionsIn(
  asked: readonly RecordedGrant[],
): { version: string; from: number; to: number; asks: number }[] {
  const versions = new Map<string, { from: number; to: number; asks: number }>();
  for (const { policyVersion, askedAt } of asked) {
    const known = versions.get(policyVersion) ?? { from: askedAt, to: askedAt, asks: 0 };
    versions.set(policyVersion, {
      from: Math.min(known.from, askedAt),
      to: Math.max(known.to, askedAt),
      asks: known.asks + 1,
    });
  }
  return [...versions]
    .map(([version, known]) => ({ version, ...known }))
    .sort((one, other) => one.from - other.from);
}

const OF_EVENTS: Readonly<Record<string, [what: string, change: Change["change"]]>> = {
  "policy.changed": ["policy", "changed"],
  "person.added": ["person", "added"],
  "person.removed": ["person", "removed"],
  "agent.pinned": ["identity of an agent", "added"],
  "performer.pinned": ["identity of a performer", "added"],
};

/** What the record says that changed. */
export function changesOnRecord(acts: readonly AuditEvent[], asked: readonly RecordedGrant[]): Change[] {
  const inForce = versionsIn(asked).map(({ version, from, to, asks }): Change => {
    const detail = `decided ${asks} ${asks === 1 ? "ask" : "asks"}, the last at ${timeText(to)}`;
    return { known: "record", what: "policy", id: version, change: "in force", at: from, detail };
  });
  const told = acts.flatMap(({ type, time, facts, actor }): Change[] => {
    const [what, change] = OF_EVENTS[type] ?? [];
    if (!what || !change) return [];
    const id = facts.people ?? facts.agent ?? (type === "policy.changed" ? facts.policyVersion : undefined);
    const detail = facts.reason ?? (facts.policyVersion ? `by policy ${facts.policyVersion}` : "");
    return [{ known: "record", what, id: id ?? actor.id, change, at: Date.parse(time), detail }];
  });
  return [...inForce, ...told].sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
}

type Listed = Readonly<Record<string, unknown>>;

/** The members in which two things of the same id differ. */
const unequal = (one: Listed, other: Listed): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => canonicalJson([one[name] ?? null]) !== canonicalJson([other[name] ?? null]))
    .sort();

function listChanges(what: string, before: readonly Listed[], after: readonly Listed[]): Change[] {
  const [was, is] = [before, after].map((list) => new Map(list.map((each) => [String(each.id), each])));
  const ids = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].sort();
  return ids.flatMap((id): Change[] => {
    const [one, other] = [was?.get(id), is?.get(id)];
    const base = { known: "comparison", what, id } as const;
    if (!one) return [{ ...base, change: "added", detail: "" }];
    if (!other) return [{ ...base, change: "removed", detail: "" }];
    const differs = unequal(one, other);
    return differs.length > 0 ? [{ ...base, change: "changed", detail: differs.join(", ") }] : [];
  });
}

const groupsOf = ({ groups, people }: PolicyBundle["catalogue"]): Listed[] =>
  Object.entries(groups).map(([id, name]) => ({
    ...{ id, name },
    members: people.filter((person) => person.groups.includes(id)).map((person) => person.id),
  }));
const numbered = (list: readonly Listed[] | undefined): Listed[] =>
  (list ?? []).map((each) => ({ ...each, id: canonicalJson(each) }));

/** In what two policies differ: rules, and everything that the catalogue lists. */
export function contentChanges(before: PolicyBundle, after: PolicyBundle): Change[] {
  const [was, is] = [before.catalogue, after.catalogue];
  const whole = (what: string, one: unknown, other: unknown): Change[] =>
    canonicalJson(one) === canonicalJson(other)
      ? []
      : [{ known: "comparison", what, id: what, change: "changed", detail: "" }];
  return [
    ...listChanges("rule", before.rules, after.rules),
    ...listChanges("agent", was.agents, is.agents),
    ...listChanges("person", was.people, is.people),
    ...listChanges("group", groupsOf(was), groupsOf(is)),
    ...listChanges("resource", was.resources, is.resources),
    ...listChanges("action type", was.actions ?? [], is.actions ?? []),
    ...listChanges("performer", was.performers ?? [], is.performers ?? []),
    ...listChanges("delegation", numbered(was.delegations), numbered(is.delegations)),
    ...listChanges("red flag", before.flags, after.flags),
    ...whole("risk", before.risk, after.risk),
    ...whole("schema", before.cedarSchema, after.cedarSchema),
  ];
}

const keyOf = ({ agent, resource, access, masked }: Permission): string =>
  `${agent.id} ${access} ${resource.id}${masked ? " masked" : ""}`;
const answersOf = (permission: Permission): string[] =>
  (Object.keys(situations) as (keyof typeof situations)[]).flatMap((situation) => {
    const text = answerText(permission, situation);
    return text === "" ? [] : [`${situation}: ${text}`];
  });

/** Who may ask for something that they might not before, the other way round, or is decided otherwise. */
export function effectiveChanges(before: readonly Permission[], after: readonly Permission[]): Change[] {
  const was = new Map(before.map((each) => [keyOf(each), each]));
  const is = new Map(after.map((each) => [keyOf(each), each]));
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort();
  return keys.flatMap((id): Change[] => {
    const [one, other] = [was.get(id), is.get(id)];
    const [could, can] = [one, other].map((each) => each !== undefined && isPermitted(each));
    const base = { known: "comparison", what: "permission", id } as const;
    if (!could && !can) return [];
    if (!could && other) return [{ ...base, change: "gained", detail: answersOf(other).join("; ") }];
    if (!can && one) return [{ ...base, change: "lost", detail: answersOf(one).join("; ") }];
    if (!one || !other) return [];
    const said = [...answersOf(one), `longest ${one.longestSeconds ?? 0} s`];
    const now = [...answersOf(other), `longest ${other.longestSeconds ?? 0} s`];
    const differs = said.flatMap((text, index) => (text === now[index] ? [] : [`${text} → ${now[index]}`]));
    return differs.length > 0 ? [{ ...base, change: "changed", detail: differs.join("; ") }] : [];
  });
}

/** `policy-changes.csv`. */
export const changesSheet = (changes: readonly Change[]): Sheet =>
  sheetOf<Change>(
    {
      known_by: ({ known }) => known,
      at: ({ at }) => timeText(at),
      what: ({ what }) => what,
      id: ({ id }) => id,
      change: ({ change }) => change,
      detail: ({ detail }) => detail,
    },
    changes,
  );
