import type { Answer } from "../../audit/athena.ts";
import { scopeText } from "./change/rule.ts";
import type { GrantUse } from "./grant-use.ts";
import { doubtWords, verdictWords } from "./words.ts";

const iso = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
const whole = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(Math.round(value));

const COLUMNS: [name: string, of: (use: GrantUse) => string | undefined][] = [
  ["grant_id", ({ grant }) => grant.id],
  ["agent_id", ({ grant }) => grant.agent],
  ["owner_id", ({ grant }) => grant.owner],
  ["resource_id", ({ grant }) => grant.resource],
  ["access", ({ grant }) => grant.access],
  ["scope", ({ grant }) => (grant.scope ? JSON.stringify(grant.scope) : undefined)],
  ["masked", ({ grant }) => String(grant.masked)],
  ["starts_at", ({ startsAt }) => iso(startsAt)],
  ["window_seconds", ({ grant }) => String(grant.windowSeconds)],
  ["verdict", ({ verdict }) => verdict],
  ["why", ({ verdict, doubt }) => (doubt ? doubtWords[doubt] : verdictWords[verdict])],
  ["uses", ({ uses }) => String(uses)],
  ["refused", ({ refused }) => String(refused)],
  ["first_used_at", ({ firstAt }) => iso(firstAt)],
  ["last_used_at", ({ lastAt }) => iso(lastAt)],
  ["used_ms", ({ usedMs }) => whole(usedMs)],
  ["used_percent", ({ usedShare }) => whole(usedShare === undefined ? undefined : usedShare * 100)],
  ["used_part", ({ part }) => (part ? scopeText(part) : undefined)],
  ["used_columns", ({ columns }) => columns?.join(",")],
  ["enough_access", ({ fewer }) => fewer],
  ["stopped", ({ stopped }) => String(stopped)],
];

/** Each grant that became active as a row. */
export const grantTable = (grants: readonly GrantUse[]): Answer => ({
  columns: COLUMNS.map(([name]) => ({ name, type: "varchar" })),
  rows: grants.map((use) => COLUMNS.map(([, of]) => of(use))),
});
