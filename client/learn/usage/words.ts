import { durationInWords } from "../../../functions/core/time.ts";
import { scopeText } from "./change/rule.ts";
import type { Doubt, GrantUse, Verdict } from "./grant-use.ts";
import type { Proposal } from "./propose.ts";
import type { Unused } from "./unused.ts";

/** What a verdict is called. */
export const verdictWords: Record<Verdict, string> = {
  used: "used",
  never_collected: "never used: nobody collected its session",
  never_called: "never used: collected, and no call",
  only_refused: "never used: every call was refused",
  never_read: "never used: no row was read",
  never_redeemed: "never used: its permit was not redeemed",
  cannot_tell: "cannot tell",
};
export const doubtWords: Record<Doubt, string> = {
  not_imported:
    "no call of this kind is on record: CloudTrail's data events of it are not imported, or there are none",
  not_yet_imported: "it was asked for before the first call of this kind that is on record",
  too_young: "it ended less than an hour before the newest thing on record: its calls may be to come",
  not_in_catalogue: "its resource is not in the catalogue as it was granted",
};

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const minutes = (ms: number): string => durationInWords(Math.ceil(ms / 1_000));
export const percent = (share: number): string => `${Math.min(100, Math.round(share * 100))} %`;

/** In what a grant was used for less than it was given, in words; nothing where it was not. */
export function lessBy({ usedShare, part, columns, fewer, verdict }: GrantUse): string[] {
  if (verdict !== "used") return [];
  return [
    ...(usedShare !== undefined && usedShare < 0.5 ? [`the first ${percent(usedShare)} of its window`] : []),
    ...(part ? [`only ${scopeText(part)}`] : []),
    ...(columns ? [`only columns ${columns.join(", ")}`] : []),
    ...(fewer ? [`only what ${fewer} lets do`] : []),
  ];
}

const who = ({ agent }: Proposal): string => agent ?? "everybody";

/** A proposal as a sentence. */
export function proposalText(proposal: Proposal): string {
  const { resource } = proposal;
  if (proposal.narrows === "scope")
    return `${who(proposal)}, ${resource}, ${proposal.access}: only ${scopeText(proposal.scope)} instead of the whole`;
  if (proposal.narrows === "window") {
    const { windowSeconds, askedSeconds, neededMs } = proposal;
    return `${who(proposal)}, ${resource}: at most ${durationInWords(windowSeconds)} instead of ${durationInWords(askedSeconds)} (the longest use took ${minutes(neededMs)})`;
  }
  return `${who(proposal)}, ${resource}: ${proposal.to} instead of ${proposal.access}`;
}

/** What a proposal rests on, as a sentence's part. */
export const evidenceText = ({ evidence: { grants, days, uses, from, until } }: Proposal): string =>
  `would have covered all ${uses.toLocaleString("en-GB")} uses under ${grants.toLocaleString("en-GB")} grants on ${days} days, ${dayOf(from)} to ${dayOf(until)}`;

/** Since when something is not in use, or that it never was since the record begins. */
export function idleText({ why, asks, grants, lastUsedAt, lastAskedAt }: Unused, first: number): string {
  const count = (value: number, one: string) => `${value} ${one}${value === 1 ? "" : "s"}`;
  const since = `not in the record since ${dayOf(first)}`;
  if (why === "never_asked") return `never asked for: ${since}`;
  const asked = lastAskedAt === undefined ? "" : `, last on ${dayOf(lastAskedAt)}`;
  if (why === "never_granted") return `asked for ${asks} times${asked}, never granted`;
  if (why === "never_used") return `granted ${grants} times${asked}, never used: ${since}`;
  if (why === "cannot_tell") {
    const used = lastUsedAt === undefined ? "" : `; last seen used on ${dayOf(lastUsedAt)}`;
    return `cannot tell: ${count(grants, "grant")}, and not of all is known whether they were used${used}`;
  }
  return `last used on ${dayOf(lastUsedAt ?? first)}`;
}
export const idleName = ({ agent, resource, accesses }: Unused): string =>
  [agent, resource].filter((each) => each !== undefined).join(", ") +
  (accesses ? ` (${accesses.join(", ")})` : "");
