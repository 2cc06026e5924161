import { type Answers, type QuestionKey, questions } from "../../client/audit/report/gather.ts";
import { readMonth } from "../../client/audit/report/month.ts";
import type { Row } from "../../client/page/row.ts";

export const MADE_AT = Date.UTC(2026, 11, 1, 6, 30);
export const month = readMonth("2026-11", MADE_AT);

/** Numbers that look as if by chance and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
const next = numbers(7);
const AGENTS = ["support-assistant", "finetune-pipeline", "eval-runner", "rag-indexer", "analytics-copilot"];
const RESOURCES = ["claims", "support-conversations", "eval-sets", "product-docs", "customer-profiles"];
const OWNERS = ["luca", "mina", "ana", "tomas"];
const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
const id = () => Array.from({ length: 16 }, () => "abcdefghijklmnopqrstuvwxyz234567"[next(32)]).join("");
const moment = (day: number, ms: number): string => new Date(Date.UTC(2026, 10, day) + ms).toISOString();
const HOUR = 3_600_000;

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
const days: Row[] = month.days.map((day) => {
  const busy = isWeekend(day) ? 12 : 70;
  const [allowed, needed, refused] = [busy + next(40), next(busy / 4), next(busy / 7)];
  const rejected = next(1 + needed / 6);
  return Object.fromEntries(
    Object.entries({
      asks: allowed + needed + refused,
      allowed,
      needed_people: needed,
      refused_by_policy: refused,
      glass_broken: 0,
      dry_runs: next(30),
      yes: needed - rejected,
      rejected,
      expired: next(2),
      minted: allowed + needed - rejected,
      refused_calls: next(25),
    })
      .map(([name, value]): [string, string] => [name, String(value)])
      .concat([["utc_day", day]]),
  );
});

const grant = (): Row => {
  const day = 1 + next(30);
  const start = next(20) * HOUR + next(HOUR);
  const seconds = pick([300, 900, 1_800, 3_600, 14_400]);
  return {
    grant_id: id(),
    agent_id: pick(AGENTS),
    owner_id: pick(OWNERS),
    resource_id: pick(RESOURCES),
    access: pick(["read", "read", "write", "list"]),
    window_seconds: String(seconds),
    asked_at: moment(day, start - 60_000),
    decision: pick(["allow", "allow", "needs_approval"]),
    approvers: pick(["", "", "tomas", "priya, samira"]),
    activated_at: moment(day, start),
    access_until: moment(day, start + seconds * 1_000),
    status: "ENDED",
    digest: `sha256:${id()}${id()}`,
  };
};

const refusal = (agent: string, code: string, thing: string, times: number): Row => ({
  agent_id: agent,
  event_type: code === "policy_denied" ? "grant.requested" : "request.refused",
  code,
  refused_thing: thing,
  refusals: String(times),
  last_at: moment(27, 9 * HOUR),
});

const empty = Object.fromEntries(Object.keys(questions).map((key) => [key, []])) as unknown as Answers;

/** A month in which nothing happened at all. */
export const silent: Answers = empty;

/** A month of the example company's: busy on weekdays, a few things to look at, one thing to explain. */
export const busy: Answers = {
  ...empty,
  days,
  whole: month.days.map((day, index) => ({
    utc_day: day,
    hours_signed: index === 17 ? "23" : "24",
    objects_signed: String(1_300 + next(200)),
    heads_signed: String(90 + next(60)),
    events: String(400 + next(300)),
    extra_copies: String(next(3)),
    gaps: "0",
    breaks: "0",
    whole: String(index !== 17),
  })),
  endings: (
    [
      ["ENDED", "window_over", "", 1_421],
      ["REVOKED", "released", "probed", 688],
      ["REVOKED", "revoked", "probed", 23],
      ["REVOKED", "locked_down", "probed", 11],
      ["DENIED", "policy_denied", "", 148],
      ["REJECTED", "rejected", "", 31],
      ["EXPIRED", "nobody_decided", "", 17],
      ["CANCELLED", "released", "", 9],
      ["DENIED", "policy_changed", "", 4],
    ] as const
  ).map(([status, code, proof, grants]) => ({
    ...{ status, code, proof, grants: String(grants) },
    ...{ first_at: moment(1, 8 * HOUR), last_at: moment(30, 17 * HOUR) },
  })),
  approvals: Array.from({ length: 214 }, () => ({
    took_ms: String(Math.round(10 ** (4.2 + next(1_000) / 330) * (1 + next(9) / 3))),
  })),
  hasty: [
    {
      ...{ approver_id: "tomas", grant_id: id(), approved_at: moment(12, 10 * HOUR) },
      ...{ took_ms: "9200", that_day: "4", hasty_by: "seconds" },
    },
  ],
  grants: Array.from({ length: 900 }, grant),
  latency: [
    {
      ...{ proof: "probed", revocations: "722" },
      ...{ p50_ms: "16400", p95_ms: "21900", p99_ms: "48000", longest_ms: "171000" },
    },
    {
      ...{ proof: "expired", revocations: "3" },
      ...{ p50_ms: "240000", p95_ms: "610000", p99_ms: "610000", longest_ms: "610000" },
    },
  ],
  failures: [
    {
      ...{ failure: "late", grant_id: id(), agent_id: "rag-indexer" },
      ...{ role_name: "latchkey-access-staging-data", failed_at: moment(9, 14 * HOUR), took_ms: "171000" },
    },
  ],
  lockdowns: [
    {
      ...{ target: "agent rag-indexer", set_by: "samira", set_at: moment(9, 13.9 * HOUR), stopped: "11" },
      ...{ not_gone: "0", latency_ms: "19400", reason: "the pipeline's token was found in a public log" },
    },
  ],
  glass: [
    {
      ...{ asked_at: moment(21, 3.2 * HOUR), agent_id: "support-assistant", owner_id: "luca" },
      ...{ resource_id: "claims", purpose: "storm: claims desk is down, callers wait" },
      ...{ reviewer_id: "samira", review_ms: String(6.4 * HOUR), finding: "justified" },
    },
    {
      ...{ asked_at: moment(29, 22.1 * HOUR), agent_id: "support-assistant", owner_id: "luca" },
      ...{ resource_id: "claims", purpose: "second line cannot reach an approver" },
    },
  ],
  refusals: [
    refusal("rag-indexer", "policy_denied", "claims", 96),
    refusal("finetune-pipeline", "quota_exceeded", "POST /grants", 61),
    refusal("eval-runner", "invalid_request", "POST /grants", 38),
    refusal("support-assistant", "policy_denied", "customer-profiles", 22),
    refusal("analytics-copilot", "scope_too_large", "POST /grants", 9),
    refusal("arn:aws:sts::000000000000:assumed-role/dev/ed", "forbidden", "GET /grants", 5),
  ],
  neverUsed: Array.from({ length: 12 }, () => ({
    ...grant(),
    unused_by: pick(["never collected", "never called"]),
  })),
  usedLess: Array.from({ length: 7 }, () => ({
    ...grant(),
    ...{
      calls: String(1 + next(40)),
      only_read: "true",
      one_folder: pick(["true", "false"]),
      brief: "false",
    },
  })),
  outside: [
    {
      ...{ used_at: moment(14, 11 * HOUR), breach: "refused", grant_id: id(), agent_id: "support-assistant" },
      ...{ api_action: "GetObject", error_code: "AccessDenied" },
      called_resource: "arn:aws:s3:::latchkey-example-production-000000000000/medical/report-9.pdf",
    },
  ],
  acts: [
    ["policy.changed", "sweep", "sha256:9f2c…", "was sha256:41aa…"],
    ["person.removed", "sweep", "mina", ""],
    ["lockdown.set", "samira", "agent rag-indexer", "the pipeline's token was found in a public log"],
    ["lockdown.lifted", "ana", "agent rag-indexer", "new token, log removed"],
    ["agent.pinned", "grants-api", "analytics-copilot", ""],
  ].map(([event_type, actor_id, subject, reason], index) => ({
    ...{ event_type, actor_id, subject, reason },
    event_time: moment(6 + index * 3, 9 * HOUR),
  })),
  ownerGone: [
    {
      ...{ grant_id: id(), agent_id: "eval-runner", resource_id: "eval-sets", owner_id: "mina" },
      ...{ gone_at: moment(9, 9 * HOUR), live_until: moment(9, 9.4 * HOUR) },
    },
  ],
  readers: [
    ["colin", "api", "GET /grants", 84, 0],
    ["AWSReservedSSO_Compliance/colin.baker", "athena", "GetObject", 2_310, 0],
    ["user/mallory", "s3", "GetObject", 0, 3],
  ].map(([reader, via, read_what, reads, refused]) => ({
    ...{ reader: String(reader), via: String(via), read_what: String(read_what) },
    ...{ reads: String(reads), refused: String(refused) },
    ...{ first_at: moment(2, 8 * HOUR), last_at: moment(28, 16 * HOUR) },
  })),
};

const NASTY = [
  '</style></title><script>document.title="owned"</script><img src="http://evil.test/x.png" onerror=alert(1)>',
  '"><svg onload=alert(1)><a href="javascript:alert(1)">yes</a>',
  "\u202eevil\u202c\u200b\u0000 =cmd|' /C calc'!A0",
  "W".repeat(3_000),
];

/** Every text of every answer as hostile as it can be. */
export const hostile: Answers = Object.fromEntries(
  (Object.keys(busy) as QuestionKey[]).map((key) => [
    key,
    busy[key].map((row, place) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          /^-?\d+(\.\d+)?$|^\d{4}-\d\d-\d\d|^(true|false)$/.test(value ?? "")
            ? value
            : NASTY[place % NASTY.length],
        ]),
      ),
    ),
  ]),
) as unknown as Answers;
