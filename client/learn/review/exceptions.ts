import type { Subject } from "../../../functions/core/catalogue.ts";
import { HASTY } from "../../audit/report/gather.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { Gathered } from "./gather.ts";
import { type Sheet, sheetOf, timeText } from "./table.ts";

/** What an owner has to look at before they sign off: nothing here is wrong for certain, but each wants a reason. */
const kinds = {
  glass_broken: "An emergency: nobody was asked beforehand.",
  hasty_yes: `Somebody said yes within ${HASTY.seconds} seconds of being asked.`,
  owner_approved: "The agent's own owner said yes.",
  people_missing: "It was active with fewer words of people than policy asked for.",
  window_over_cap: "Its window was longer than policy let it have.",
  resource_unknown: "It was of a resource that neither policy of this review knows.",
  red_flag: "What happened looked like a breach or an odd thing.",
} as const;
type ExceptionKind = keyof typeof kinds;
export type Exception = {
  kind: ExceptionKind;
  at: number;
  agent: string;
  resource: string;
  /** Empty where nobody knows who owns it. */
  ownerGroup: string;
  grant?: string;
  person?: string;
  reason?: string;
};

/** Who owns a resource or action type, by the policies that the review knows. */
export type OwnerOf = (resource: string) => Subject["ownerGroup"] | undefined;

/** True when as many different people said yes as policy asked for. Of a grant that was never active nothing is missing. */
function hasItsPeople({ plan, moves, breakGlass }: RecordedGrant): boolean {
  if (breakGlass || !moves.some(({ type }) => type === "grant.activated")) return true;
  const yes = moves.filter(
    ({ type, actor }) => actor.type === "person" && /^grant\.(stage_)?approved$/.test(type),
  );
  const needed = plan.reduce((sum, { quorum }) => sum + quorum, 0);
  return new Set(yes.map(({ actor }) => actor.id)).size >= needed;
}

function kindsOf(grant: RecordedGrant, isKnown: boolean): ExceptionKind[] {
  const { decision, capSeconds, windowSeconds, breakGlass } = grant;
  return [
    ...(breakGlass ? (["glass_broken"] as const) : []),
    ...(hasItsPeople(grant) ? [] : (["people_missing"] as const)),
    ...(decision !== "deny" && capSeconds !== undefined && windowSeconds > capSeconds
      ? (["window_over_cap"] as const)
      : []),
    ...(isKnown ? [] : (["resource_unknown"] as const)),
  ];
}

/** Everything of a month that wants a reason. */
export function exceptionsOf({ asked, words, flags }: Gathered, ownerOf: OwnerOf): Exception[] {
  const about = (resource: string) => ({ resource, ownerGroup: ownerOf(resource) ?? "" });
  const ofGrants = asked.flatMap((grant) =>
    kindsOf(grant, ownerOf(grant.resource) !== undefined).map((kind) => ({
      ...{ kind, at: grant.askedAt, agent: grant.agent, grant: grant.id },
      ...about(grant.resource),
    })),
  );
  const ofWords = words.flatMap(({ grant, person, said, tookMs, at }): Exception[] => {
    const base = { at, agent: grant.agent, grant: grant.id, person, ...about(grant.resource) };
    if (said === "no") return [];
    return [
      ...(tookMs < HASTY.seconds * 1000 ? [{ kind: "hasty_yes" as const, ...base }] : []),
      ...(person === grant.owner ? [{ kind: "owner_approved" as const, ...base }] : []),
    ];
  });
  const ofFlags = flags.map(({ facts, time, grant }) => ({
    ...{ kind: "red_flag" as const, at: Date.parse(time), agent: facts.agent ?? "" },
    ...about(facts.resource ?? ""),
    ...(grant ? { grant } : {}),
    ...(facts.reason ? { reason: facts.reason } : {}),
  }));
  return [...ofGrants, ...ofWords, ...ofFlags].sort((one, other) => one.at - other.at);
}

/** `exceptions.csv`. */
export const exceptionsSheet = (exceptions: readonly Exception[]): Sheet =>
  sheetOf<Exception>(
    {
      at: ({ at }) => timeText(at),
      exception: ({ kind }) => kind,
      what: ({ kind, reason }) => reason ?? kinds[kind],
      agent: ({ agent }) => agent,
      resource: ({ resource }) => resource,
      owner_group: ({ ownerGroup }) => ownerGroup,
      grant: ({ grant }) => grant,
      person: ({ person }) => person,
    },
    exceptions,
  );
