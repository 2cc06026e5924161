import type { Demand } from "./demand.ts";
import { kinds } from "./demand.ts";
import type { Limits } from "./limits.ts";
import { simulate, useOf } from "./simulate.ts";

const RATES = [1, 14, 300] as const;
const SEED = 9;

const seconds = (value: number): string => (value < 0.005 ? "0" : value.toFixed(value < 10 ? 2 : 0));
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** What is fullest at each rate, and how long it keeps grants waiting. */
export function rateTable(demand: Demand, limits: Limits): string[] {
  const rows = RATES.flatMap((rate) => {
    const waited = simulate(demand, limits, { rate, seed: SEED });
    const over = waited.filter(({ use }) => use > 1);
    const shown = waited.slice(0, Math.max(3, over.length));
    return shown.map(({ what, use, p50, p99 }) => {
      const verdict = use > 1 ? "no" : "yes";
      return `| ${rate} | ${limits[what]?.what} | ${percent(use)} | ${verdict} | ${seconds(p50)} | ${seconds(p99)} |`;
    });
  });
  return [
    "| grants a second | limit | used | holds | p50 s waited | p99 s |",
    "| --: | --- | --: | --- | --: | --: |",
    ...rows,
  ];
}

/** At which steady rate each limit is full, the first first. */
export function limitTable(demand: Demand, limits: Limits): string[] {
  const rows = Object.entries(limits)
    .map(([name, limit]) => ({ limit, full: 1 / useOf(demand, limits, name, 1) }))
    .filter(({ full }) => Number.isFinite(full))
    .sort((a, b) => a.full - b.full)
    .map(({ limit: { what, rate, parts, whose, seen, source, raise }, full }) => {
      const number = `${rate}${parts > 1 ? ` × ${parts}` : ""}`;
      const said = whose === "guess" ? "guess" : `${whose}${seen ? ", not seen again" : ""}`;
      return `| ${what} | ${number} | ${full < 10 ? full.toFixed(1) : full.toFixed(0)} | ${said} | ${source} | ${raise} |`;
    });
  return [
    "| limit | a second | full at grants a second | whose | source | what to raise |",
    "| --- | --: | --: | --- | --- | --- |",
    ...rows,
  ];
}

const LIVE = 1_000_000;
const ROLES = 20;
const WINDOW_SECONDS = 3_600;
const MARGIN_SECONDS = 300;
const DENY_ENTRIES = 440;
/** Of a live entry under its role's key: what `npm run bench -- --only sweep` counts for each, 0.041 read units. */
const LIVE_BYTES = 337;

/** What does not depend on a rate but on how much there is at once: a million live grants of an hour on twenty roles. */
export function liveTable(demand: Demand): string[] {
  const rate = LIVE / WINDOW_SECONDS;
  const denied = demand.revoked.share * rate * (WINDOW_SECONDS / 2 + MARGIN_SECONDS);
  const lockdownBytes = (LIVE / ROLES) * LIVE_BYTES;
  const rows = [
    ["asks a second that keep a million live", rate, 300, "see above"],
    ["open executions", LIVE, 1_000_000, "Service Quotas, or another account"],
    [
      "deny entries a role",
      denied / ROLES,
      DENY_ENTRIES,
      "`copies`, `onRelease: expire`; a full list cuts the role off",
    ],
    [
      "seconds to read a role's live entries for a lockdown, at 3,000 units",
      lockdownBytes / 4096 / 3000,
      10,
      "`copies`",
    ],
    [
      "read units a minute for the gauge of live grants",
      (LIVE * LIVE_BYTES) / 8192,
      100_000,
      "leave the gauge out",
    ],
  ] as const;
  const cell = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en-GB"));
  return [
    "| at a million live grants | there are | room for | holds | what to do |",
    "| --- | --: | --: | --- | --- |",
    ...rows.map(
      ([what, are, room, todo]) =>
        `| ${what} | ${cell(are)} | ${cell(room)} | ${are <= room ? "yes" : "no"} | ${todo} |`,
    ),
  ];
}

export const mixOf = (demand: Demand): string =>
  kinds.map((kind) => `${(demand[kind].share * 100).toFixed(0)} % ${kind}`).join(", ");
