import { isoSeconds } from "../../../functions/core/time.ts";
import type { RoleAssumed } from "../../../functions/core/watch/use.ts";
import { idOf } from "../../history/scribe.ts";
import {
  type Ask,
  approved,
  asked,
  collected,
  readRows,
  refused,
  stageAsked,
  type Told,
  used,
} from "./events.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** An agent of the ordinary days, so that what is odd of it is so against its own history. */
const AGENT = "rag-indexer";
const RESOURCE = "embedding-corpus";
const HOME = { agent: AGENT, environment: "staging", resource: RESOURCE };
const COLLECT = "POST /grants/{id}/credentials";
const agent = { type: "agent", id: AGENT } as const;

/**
 * A way in which something goes wrong, as strong as `much` says. `over`: it must be seen, from just at the threshold
 * upwards; `under`: just below it, it must not be.
 */
export type Incident = {
  rule: string;
  how: string;
  over: readonly number[];
  under: readonly number[];
  told(much: number, at: number): Told[];
};

const ask = (label: string, at: number, more: Partial<Ask> = {}): Ask => ({
  ...HOME,
  label,
  at,
  seconds: 600,
  ...more,
});
const times = (count: number, make: (index: number) => Told | Told[]): Told[] =>
  Array.from({ length: count }, (_, index) => make(index)).flat();
const tag = (rule: string, at: number, much: number, index: number | string = ""): string =>
  `${rule} ${at} ${much} ${index}`;

/** A week of the agent's quiet days before: one grant a day, from one network, with some calls. */
function quietDays(at: number, days = 6): Told[] {
  return times(days, (index) => {
    const then = at - (days - index) * DAY;
    const one = ask(tag("quiet", at, index), then);
    return [
      collected(one, then + 1_000, "203.0.113.9"),
      used(one, then, then + 2_000, { calls: 100, bytes: 30_000_000, networks: ["203.0.113.0/24"] }),
      readRows(one, then + 3_000, 1_500),
    ];
  });
}

const assumed = (label: string, at: number, more: Partial<RoleAssumed>): Told => ({
  kind: "assumed",
  grant: undefined,
  assumed: {
    ...{ v: 1, id: idOf(label), time: isoSeconds(at), account: "123456789012" },
    ...{ role: "latchkey-access-training-data", by: "123456789012:user/mallory", refused: false },
    ...{ session: "something", ...more },
  },
});

const twoNetworks = (rule: string, much: number, at: number, seconds: number): Told[] => {
  const one = ask(tag(rule, at, much), at);
  // A calls for a minute; B begins after so many seconds, and A ends before it or after it.
  const span = (network: string, from: number, to: number) => ({
    network,
    first: at + from * 1000,
    last: at + to * 1000,
  });
  return [
    used(one, at, at, {
      calls: 40,
      networks: [span("203.0.113.0/24", 0, 50), span("233.252.0.0/24", seconds, seconds + 5 * much)],
    }),
  ];
};

export const incidents: readonly Incident[] = [
  {
    ...{ rule: "other-environment-once", how: "asks once for production", over: [1, 2, 3], under: [0] },
    told: (much, at) =>
      times(much, (i) =>
        asked(
          ask(tag("once", at, much, i), at + i * MINUTE, { environment: "production", decision: "deny" }),
        ),
      ),
  },
  {
    ...{
      rule: "other-environment",
      how: "asks again and again for production",
      over: [4, 5, 12],
      under: [1, 3],
    },
    told: (much, at) =>
      times(much, (i) =>
        asked(
          ask(tag("env", at, much, i), at + i * 3 * MINUTE, { environment: "production", decision: "deny" }),
        ),
      ),
  },
  {
    ...{ rule: "past-the-cap", how: "asks for windows past the cap", over: [5, 6, 20], under: [2, 4] },
    told: (much, at) =>
      times(much, (i) =>
        asked(
          ask(tag("cap", at, much, i), at + i * MINUTE, { decision: "deny", seconds: 7_200, cap: 3_600 }),
        ),
      ),
  },
  {
    ...{
      rule: "past-the-cap",
      how: "extends what policy does not let it extend",
      over: [5, 9],
      under: [3, 4],
    },
    told: (much, at) =>
      times(much, (i) =>
        asked(ask(tag("ext", at, much, i), at + i * MINUTE, { decision: "deny", extends: "the first" })),
      ),
  },
  {
    ...{ rule: "clock-tricks", how: "sends an end of its own", over: [10, 11, 40], under: [5, 9] },
    told: (much, at) =>
      times(much, (i) =>
        refused(agent, at + i * 10_000, {
          ...{ label: tag("clock", at, much, i), code: "invalid_request", path: "POST /grants" },
          reason: "window: endsAt",
        }),
      ),
  },
  {
    ...{ rule: "collecting-late", how: "collects after the end", over: [10, 11, 50], under: [4, 9] },
    told: (much, at) =>
      times(much, (i) =>
        refused(agent, at + i * 60_000, {
          label: tag("late", at, much, i),
          code: "grant_over",
          path: COLLECT,
        }),
      ),
  },
  {
    ...{
      rule: "collecting-late",
      how: "collects after the end, in one minute",
      over: [10, 5_000],
      under: [1, 9],
    },
    // The first is an event, the repeats are counted in one more.
    told: (much, at) => [
      refused(agent, at, { label: tag("l1", at, much), code: "grant_over", path: COLLECT }),
      refused(agent, at + MINUTE, {
        ...{ label: tag("l2", at, much), code: "grant_over", path: COLLECT, count: much - 1 },
      }),
    ],
  },
  {
    ...{ rule: "extending-late", how: "extends after the end", over: [5, 6, 30], under: [2, 4] },
    told: (much, at) =>
      times(much, (i) =>
        refused(agent, at + i * 60_000, {
          ...{ label: tag("extlate", at, much, i), code: "grant_over", path: "POST /grants/{id}/extend" },
        }),
      ),
  },
  {
    // The tolerance of two clocks is five seconds.
    ...{
      rule: "used-after-end",
      how: "a call is allowed so many seconds after the end",
      over: [6, 7, 600],
      under: [0, 5],
    },
    told: (much, at) => {
      const one = ask(tag("after", at, much), at);
      const end = at + one.seconds * 1000;
      return [used(one, at, end - 20_000, { calls: 5, networks: [], lastAllowed: end + much * 1000 })];
    },
  },
  {
    ...{
      rule: "refused-in-a-row",
      how: "calls refused in a row within a minute",
      over: [15, 16, 59],
      under: [9, 14],
    },
    told: (much, at) => {
      const one = ask(tag("row", at, much), at);
      return [used(one, at, at + 2_000, { calls: much, refused: much, networks: [] })];
    },
  },
  {
    ...{
      rule: "probing",
      how: "calls refused in a row over three minutes",
      over: [20, 21, 90],
      under: [10, 19],
    },
    told: (much, at) => {
      const one = ask(tag("probe", at, much), at);
      return times(3, (i) => used(one, at, at + i * MINUTE, { calls: much, refused: much, networks: [] }));
    },
  },
  {
    ...{ rule: "foreign-collect", how: "tries grants of others", over: [3, 4, 30], under: [1, 2] },
    told: (much, at) =>
      times(much, (i) =>
        refused(agent, at + i * MINUTE, {
          label: tag("foreign", at, much, i),
          code: "not_found",
          path: COLLECT,
        }),
      ),
  },
  {
    ...{ rule: "foreign-collect", how: "a stranger tries to collect", over: [3, 9], under: [1, 2] },
    told: (much, at) =>
      times(much, (i) =>
        refused({ type: "unknown", id: `AIDASTRANGER${at}` }, at + i * MINUTE, {
          ...{ label: tag("stranger", at, much, i), code: "forbidden", path: COLLECT },
        }),
      ),
  },
  {
    ...{ rule: "new-network", how: "collects from so many networks", over: [2, 3, 6], under: [0, 1] },
    // The first is its own.
    told: (much, at) => [
      ...quietDays(at),
      ...times(much, (i) =>
        collected(
          ask(tag("net", at, much, i), at),
          at + i * 2 * 3_600_000,
          i === 0 ? "203.0.113.77" : `192.0.${i}.9`,
        ),
      ),
    ],
  },
  {
    ...{ rule: "new-region", how: "is used in so many regions", over: [2, 3, 5], under: [0, 1] },
    told: (much, at) => [
      ...quietDays(at),
      ...times(much, (i) =>
        used(ask(tag("reg", at, much, i), at), at, at + i * 2 * 3_600_000, {
          ...{ calls: 3, networks: [], region: i === 0 ? "eu-central-1" : `ap-south-${i}` },
        }),
      ),
    ],
  },
  {
    ...{ rule: "two-callers", how: "another network calls within its calls", over: [1, 2, 6], under: [] },
    told: (much, at) => [...quietDays(at), ...twoNetworks("two", much, at, 20)],
  },
  {
    ...{
      rule: "two-callers",
      how: "another network goes on where it ended: a move",
      over: [],
      under: [1, 2],
    },
    told: (much, at) => [...quietDays(at), ...twoNetworks("move", much, at, 55)],
  },
  {
    ...{
      rule: "two-callers-new-agent",
      how: "two networks of an agent's first day",
      over: [1, 3, 5],
      under: [],
    },
    told: (much, at) => twoNetworks("new", much, at, 10),
  },
  {
    ...{ rule: "rows-of-a-grant", how: "reads so many thousand rows", over: [8, 9, 100], under: [1, 7] },
    told: (much, at) => [...quietDays(at), readRows(ask(tag("rows", at, much), at), at, much * 1000)],
  },
  {
    ...{
      rule: "bytes-of-a-grant",
      how: "takes so many tens of megabytes",
      over: [16, 17, 200],
      under: [4, 15],
    },
    told: (much, at) => [
      ...quietDays(at),
      used(ask(tag("bytes", at, much), at), at, at + 1_000, {
        calls: 10,
        bytes: much * 10_000_000,
        networks: [],
      }),
    ],
  },
  {
    ...{ rule: "calls-of-a-day", how: "makes so many hundred calls", over: [20, 21, 90], under: [4, 19] },
    told: (much, at) => [
      ...quietDays(at),
      used(ask(tag("calls", at, much), at), at, at + 1_000, { calls: much * 100, networks: [] }),
    ],
  },
  {
    ...{
      rule: "bytes-of-a-day",
      how: "takes so many hundred megabytes in many grants",
      over: [5, 6, 200],
      under: [2, 4],
    },
    told: (much, at) => [
      ...quietDays(at),
      ...times(much, (i) =>
        used(ask(tag("daybytes", at, much, i), at), at, at + i * MINUTE, {
          calls: 9,
          bytes: 100_000_000,
          networks: [],
        }),
      ),
    ],
  },
  {
    // Milliseconds from the asking to the yes.
    ...{
      rule: "unread-approval",
      how: "says yes after so many ms",
      over: [0, 900, 4_999],
      under: [5_000, 60_000],
    },
    told: (much, at) => {
      const one = ask(tag("quick", at, much), at, { decision: "needs_approval" });
      return [stageAsked(one, at), approved(one, "priya", at + much)];
    },
  },
  {
    ...{
      rule: "unread-approval",
      how: "says yes to the second stage, told first",
      over: [100, 4_000],
      under: [6_000],
    },
    told: (much, at) => {
      const one = ask(tag("quick2", at, much), at, { decision: "needs_approval" });
      return [approved(one, "ingrid", at + much, 2), stageAsked(one, at - 90_000, 1), stageAsked(one, at, 2)];
    },
  },
  {
    ...{ rule: "approvals-in-a-row", how: "one person approves", over: [40, 41, 100], under: [20, 39] },
    told: (much, at) =>
      times(much, (i) => {
        const one = ask(tag("many", at, much, i), at, { decision: "needs_approval" });
        return approved(one, `p${at}`, at + i * 20_000);
      }),
  },
  {
    ...{ rule: "slicing", how: "so many small parts of one resource", over: [18, 19, 60], under: [10, 17] },
    told: (much, at) =>
      times(much, (i) =>
        asked(ask(tag("slice", at, much, i), at + i * MINUTE, { part: `p${i}/`, resource: `r${at}` })),
      ),
  },
  {
    ...{ rule: "burst", how: "asks within ten minutes", over: [60, 61, 300], under: [30, 59] },
    told: (much, at) =>
      times(much, (i) =>
        asked(ask(tag("burst", at, much, i), at + i * 1_000, { resource: `b${at}`, part: "p" })),
      ),
  },
  {
    ...{ rule: "unclaimed-session", how: "somebody assumes an access role", over: [1, 2, 5], under: [0] },
    told: (much, at) => times(much, (i) => assumed(tag("assumed", at, much, i), at + i * 1_000, {})),
  },
  {
    ...{
      rule: "unclaimed-session",
      how: "a session that looks like a probe, by another",
      over: [1, 2],
      under: [0],
    },
    told: (much, at) =>
      times(much, (i) => assumed(tag("probe", at, much, i), at + i * 1_000, { session: "lk.control.probe" })),
  },
  {
    ...{
      rule: "refused-assumption",
      how: "somebody may not assume an access role",
      over: [1, 2, 3],
      under: [0],
    },
    told: (much, at) =>
      times(much, (i) => assumed(tag("noassume", at, much, i), at + i * 1_000, { refused: true })),
  },
];
