import { createHash } from "node:crypto";
import { epochMs, isoSeconds, minuteOf } from "../core/time.ts";
import { networkOf } from "../core/watch/network.ts";
import type { SessionUsed } from "../core/watch/use.ts";

/** One call of a minted session, as far as it is watched. */
export type SessionCall = {
  id: string;
  grant: string;
  time: string;
  refused: boolean;
  bytes: number;
  network: string | undefined;
  region: string | undefined;
};
type Call = Omit<SessionCall, "time"> & { at: number };

const MOST_PLACES = 50;

/** Refused calls in a row, at the beginning, at the end and at most. */
function runOf(calls: readonly Call[]): SessionUsed["run"] {
  const firstAllowed = calls.findIndex(({ refused }) => !refused);
  const all = firstAllowed < 0;
  let tail = 0;
  let longest = 0;
  for (const { refused } of calls) {
    tail = refused ? tail + 1 : 0;
    longest = Math.max(longest, tail);
  }
  return { head: all ? calls.length : firstAllowed, longest, tail, all };
}

function networksOf(calls: readonly Call[]): SessionUsed["networks"] {
  const spans = new Map<string, { first: number; last: number }>();
  for (const { network, at } of calls) {
    if (network === undefined) continue;
    const span = spans.get(network);
    if (span) span.last = at;
    else spans.set(network, { first: at, last: at });
  }
  return [...spans]
    .slice(0, MOST_PLACES)
    .map(([network, { first, last }]) => ({ network, first: isoSeconds(first), last: isoSeconds(last) }));
}

/** Refusals by AWS's authorisation. Another error (no such key, throttled) says nothing of what a session may do. */
export const isRefusal = (errorCode: string | null | undefined): boolean =>
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden/i.test(errorCode ?? "");

function summaryOf(calls: Call[]): SessionUsed {
  calls.sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  const times = calls.map(({ at }) => at);
  const [first = 0] = times;
  const allowed = calls.findLast(({ refused }) => !refused);
  // The same calls told again are the same fact, whatever file they come in.
  const id = createHash("sha256")
    .update(calls.map((call) => call.id).join(" "))
    .digest("hex");
  return {
    v: 1,
    id: id.slice(0, 32),
    grant: calls[0]?.grant ?? "",
    minute: `${minuteOf(first)}:00Z`,
    first: isoSeconds(first),
    last: isoSeconds(times.at(-1) ?? first),
    ...(allowed ? { lastAllowed: isoSeconds(allowed.at) } : {}),
    calls: calls.length,
    bytes: calls.reduce((sum, { bytes }) => sum + bytes, 0),
    run: runOf(calls),
    networks: networksOf(calls),
    regions: [...new Set(calls.flatMap(({ region }) => region ?? []))].slice(0, MOST_PLACES),
  };
}

/** Gathers the calls of one file, each id once: what each grant's sessions did in each minute. */
export function gatherCalls(): { add(call: SessionCall): void; summaries(): SessionUsed[] } {
  const minutes = new Map<string, Map<string, Call>>();
  return {
    add({ time, ...call }) {
      const at = epochMs(time);
      const key = `${call.grant} ${minuteOf(at)}`;
      const calls = minutes.get(key) ?? new Map<string, Call>();
      minutes.set(key, calls.set(call.id, { ...call, at }));
    },
    summaries: () => [...minutes.values()].map((calls) => summaryOf([...calls.values()])),
  };
}

export const placesOf = (address: string | null | undefined, region: string | null | undefined) => ({
  network: networkOf(address),
  region: region ?? undefined,
});
