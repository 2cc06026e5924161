import { comings } from "../beside.ts";
import { kept } from "../cast.ts";
import { FROM, type History } from "../history.ts";
import { accessUntil } from "../life.ts";
import { dayOf, grouped, periodOf, type Row, type Truth, time } from "./row.ts";

const DAY = 86_400_000;

export const decisionsByDay: Truth = ({ lives, beside, events }, values) => {
  const within = periodOf(values);
  const days = grouped(events.map(({ event }) => Date.parse(event.time)).filter(within), dayOf).map(
    ([at = 0]) => dayOf(at),
  );
  const perDay = (times: readonly (number | undefined)[]): ReadonlyMap<string, number> =>
    times.reduce((counts, at) => {
      if (at !== undefined && within(at)) counts.set(dayOf(at), (counts.get(dayOf(at)) ?? 0) + 1);
      return counts;
    }, new Map<string, number>());
  const on = (day: string, counts: ReadonlyMap<string, number>) => counts.get(day) ?? 0;
  const moves = (type: string) =>
    perDay(lives.flatMap((life) => life.moves.filter((move) => move.type === type).map(({ at }) => at)));
  const decided = (decision: string) =>
    perDay(lives.filter((life) => life.decision === decision).map(({ askedAt }) => askedAt));
  const asks = perDay(lives.map(({ askedAt }) => askedAt));
  const [allowed, people, denied] = [decided("allow"), decided("needs_approval"), decided("deny")];
  const glass = perDay(lives.filter(({ breakGlass }) => breakGlass).map(({ askedAt }) => askedAt));
  const yes = perDay(lives.flatMap(({ words }) => words.map(({ at }) => at)));
  const [rejected, expired] = [moves("grant.rejected"), moves("grant.expired")];
  const minted = perDay(lives.map(({ activatedAt }) => activatedAt));
  const dryRuns = perDay(beside.dryRuns);
  return days.map((day) => ({
    utc_day: day,
    asks: on(day, asks),
    allowed: on(day, allowed),
    needed_people: on(day, people),
    refused_by_policy: on(day, denied),
    glass_broken: on(day, glass),
    dry_runs: on(day, dryRuns),
    yes: on(day, yes),
    rejected: on(day, rejected),
    expired: on(day, expired),
    minted: on(day, minted),
    refused_calls: beside.refusals
      .filter(({ at }) => within(at) && dayOf(at) === day)
      .reduce((sum, { count }) => sum + count, 0),
  }));
};

export const refusalsByAgent: Truth = ({ lives, beside }, values) => {
  const within = periodOf(values);
  const refusals = [
    ...lives.flatMap((life) =>
      life.moves
        .filter(
          ({ type, status, at }) =>
            within(at) &&
            ((type === "grant.requested" && status === "DENIED") ||
              ["grant.denied", "grant.rejected"].includes(type)),
        )
        .map(({ type, at, code }) => ({
          who: life.agent.id,
          type,
          code,
          rules: life.rules as string | undefined,
          what: life.resource.id,
          times: 1,
          at,
          arn: type === "grant.requested" ? `arn:aws:iam::000000000000:user/${life.agent.id}` : undefined,
        })),
    ),
    ...beside.refusals
      .filter(({ at, type }) => within(at) && type !== "person")
      .map(({ at, who, arn, code, path, count }) => ({
        who,
        type: "request.refused",
        code,
        rules: undefined,
        what: path,
        times: count,
        at,
        arn,
      })),
  ];
  return grouped(refusals, ({ who, type, code, rules, what }) =>
    [who, type, code, rules, what].join("|"),
  ).map((alike) => ({
    agent_id: alike[0]?.who,
    event_type: alike[0]?.type,
    code: alike[0]?.code,
    rules: alike[0]?.rules,
    refused_thing: alike[0]?.what,
    refusals: alike.reduce((sum, { times }) => sum + times, 0),
    first_at: time(Math.min(...alike.map(({ at }) => at))),
    last_at: time(Math.max(...alike.map(({ at }) => at))),
    caller_arn: alike
      .flatMap(({ arn }) => arn ?? [])
      .sort()
      .at(-1),
  }));
};

export const policyChanges: Truth = ({ beside, planted }, values) => {
  const within = periodOf(values);
  const acts = beside.acts.map((act): Row & { at: number } => ({
    at: act.at,
    event_time: time(act.at),
    event_type: act.type,
    actor_type: act.by.type,
    actor_id: act.by.id,
    subject: act.subject,
    policy_version: act.policy,
    reason: act.reason,
    event_id: act.id,
  }));
  const orders = planted.lockdowns.flatMap(({ id, at, by, target, reason, lifted }) => {
    const act = { actor_type: "person", subject: target, lockdown_id: id };
    return [
      {
        ...act,
        at,
        event_time: time(at),
        event_type: "lockdown.set",
        actor_id: by,
        reason,
        event_id: `${id}-set`,
      },
      ...(lifted
        ? [
            {
              ...act,
              at: lifted.at,
              event_time: time(lifted.at),
              event_type: "lockdown.lifted",
              actor_id: lifted.by,
              reason: "all clear",
              event_id: `${id}-lifted`,
            },
          ]
        : []),
    ];
  });
  return [...acts, ...orders].filter(({ at }) => within(at)).map(({ at: _at, ...row }) => row);
};

/** When owners were away, told by hand from `comings`: from, to. */
const AWAY: Record<string, [number, number | undefined][]> = {
  "owner-1": [[-3, 30 + 1 / 24]],
  "owner-3": [
    [10, 12],
    [30, 30 + 1 / 24],
  ],
  "owner-4": [[10, undefined]],
  "owner-7": [[50, 55]],
};

export const ownerGone: Truth = ({ lives }, values) => {
  if (comings(FROM, DAY).length !== 9) throw new Error("the absences are told for nine comings and goings");
  const [from, to] = [Date.parse(values.from ?? ""), Date.parse(values.to ?? "")];
  return lives.flatMap((life) =>
    (AWAY[life.agent.owner] ?? []).flatMap(([leftDay, backDay]): Row[] => {
      const until = accessUntil(life);
      if (until === undefined || life.startsAt === undefined) return [];
      const left = FROM + leftDay * DAY;
      const back = backDay === undefined ? undefined : FROM + backDay * DAY;
      const [began, ended] = [Math.max(life.startsAt, left), Math.min(until, back ?? until)];
      if (began >= ended || began >= to || ended <= from) return [];
      return [
        {
          grant_id: life.id,
          agent_id: life.agent.id,
          owner_id: life.agent.owner,
          resource_id: life.resource.id,
          status: life.status,
          gone_at: time(left),
          returned_at: time(back),
          live_from: time(began),
          live_until: time(ended),
        },
      ];
    }),
  );
};

/** `copies`: further copies of events by day, as whoever wrote the objects knows. */
export const daysVerified =
  (copies: ReadonlyMap<string, number>): Truth =>
  ({ beside, events, planted }: History, values) => {
    const from = Date.parse(`${values.from?.slice(0, 10)}T00:00:00Z`);
    const rows: Row[] = [];
    const events_ = new Map<string, number>();
    for (const { event } of events)
      events_.set(event.time.slice(0, 10), (events_.get(event.time.slice(0, 10)) ?? 0) + 1);
    const { gap, broken } = planted;
    const gapDay = dayOf(gap.life.moves[gap.sequence]?.at ?? 0);
    const breakDay = dayOf(broken.moves.at(-1)?.at ?? 0);
    for (let at = from; at < Date.parse(values.to ?? ""); at += DAY) {
      const day = dayOf(at);
      const digests = beside.digests.filter((digest) => dayOf(digest.from) === day);
      const [gaps, breaks] = [day === gapDay ? 1 : 0, day === breakDay ? 1 : 0];
      rows.push({
        utc_day: day,
        hours_signed: digests.length,
        objects_signed: digests.reduce((sum, { objects }) => sum + objects, 0),
        heads_signed: digests.reduce((sum, { heads }) => sum + heads, 0),
        events: events_.get(day) ?? 0,
        extra_copies: copies.get(day) ?? 0,
        gaps,
        breaks,
        whole: digests.length === 24 && gaps === 0 && breaks === 0,
      });
    }
    return rows;
  };

export const grantTimeline: Truth = ({ events }, { grant }) =>
  events
    .filter(({ event }) => event.grant === grant)
    .map(({ event: { id, type, time: at, actor, chain, facts }, hash }) => ({
      event_time: at,
      event_type: type,
      sequence: chain?.sequence,
      status: facts.status,
      actor_type: actor.type,
      actor_id: actor.id,
      agent_id: facts.agent,
      resource_id: facts.resource,
      access: facts.access,
      scope: facts.scope,
      starts_at: facts.startsAt && new Date(facts.startsAt).toISOString(),
      ends_at: facts.endsAt && new Date(facts.endsAt).toISOString(),
      decision: facts.decision,
      rules: facts.rules,
      stage: facts.stage,
      approval_group: facts.group,
      people: facts.people,
      session_name: facts.sessionName,
      code: facts.code,
      reason: kept(facts.reason),
      proof: facts.proof,
      event_id: id,
      hash,
    }));
