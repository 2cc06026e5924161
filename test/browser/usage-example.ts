import type { GrantUse, Verdict } from "../../client/learn/usage/grant-use.ts";
import type { UsageInsights } from "../../client/learn/usage/insights.ts";
import { numbers } from "../fakes/numbers.ts";

export const MADE_AT = Date.UTC(2026, 11, 1, 6, 30);
const DAY = 86_400_000;
const FROM = MADE_AT - 90 * DAY;

const AGENTS = ["support-assistant", "finetune-pipeline", "eval-runner", "rag-indexer", "analytics-copilot"];
const RESOURCES = [
  "claims",
  "support-conversations",
  "eval-sets",
  "embedding-corpus",
  "product-docs",
  "customer-profiles",
];
const VERDICTS: Verdict[] = ["never_collected", "never_called", "only_refused", "cannot_tell"];

function grants(word: (text: string) => string, count: number): GrantUse[] {
  const chance = numbers(3);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  return Array.from({ length: count }, (_, index): GrantUse => {
    const startsAt = FROM + Math.floor(chance() * 88 * DAY);
    const windowSeconds = pick([300, 900, 1_800, 3_600]);
    const verdict = chance() < 0.9 ? "used" : pick(VERDICTS);
    const share = chance() ** 2;
    const usedMs = share * windowSeconds * 1_000;
    return {
      grant: {
        ...{
          id: `grant${String(index).padStart(11, "a")}`,
          agent: word(pick(AGENTS)),
          resource: word(pick(RESOURCES)),
        },
        ...{
          resourceArn: "arn:aws:s3:::bucket/x/*",
          environment: "production",
          access: "read",
          masked: false,
        },
        ...{
          windowSeconds,
          purpose: word("work"),
          askedAt: startsAt,
          decision: "allow",
          rules: [],
          plan: [],
        },
        ...{ policyVersion: "", breakGlass: false, moves: [] },
      },
      ...{ startsAt, endsAt: startsAt + windowSeconds * 1_000, verdict, stopped: false, wantedMore: false },
      ...(verdict === "cannot_tell" ? { doubt: "not_imported" as const } : {}),
      ...{ uses: verdict === "used" ? 12 : 0, refused: 0 },
      ...(verdict === "used"
        ? { firstAt: startsAt + 1, lastAt: startsAt + usedMs, usedMs, usedShare: share }
        : {}),
      ...(chance() < 0.1 ? { part: { prefix: word("2026/") } } : {}),
    };
  });
}

const evidence = { grants: 81, days: 88, uses: 243, from: FROM, until: MADE_AT - DAY };
const patch = `--- a/policy/catalogue/resources.yaml
+++ b/policy/catalogue/resources.yaml
@@ -68,6 +68,10 @@
     accessRole: staging-data
     maxWindowSeconds: 1800
     accesses: [read, list]
+    subScopes:
+      - id: suites
+        description: "What eval-runner uses: prefix suites/"
+        scope: {"prefix":"suites/"}
   - id: prompt-library
`;

function made(word: (text: string) => string, count: number): UsageInsights {
  const agent = word("eval-runner");
  const of = { agent, resource: word("eval-sets"), evidence };
  return {
    ...{ period: { from: FROM, until: MADE_AT }, first: FROM, newest: MADE_AT - 60_000, asks: count + 12 },
    grants: grants(word, count),
    kinds: [
      { kind: "dynamodb-table", grants: 14 },
      { kind: "s3-prefix", grants: count, since: FROM + DAY },
    ],
    least: { grants: 10, days: 14 },
    proposals: [
      {
        proposal: {
          ...{ ...of, narrows: "scope", access: "read", scope: { prefix: word("suites/") }, isNamed: false },
          notes: [word("Nobody else was seen to use anything outside of it.")],
        },
        change: {
          files: [],
          patch: word(patch),
          otherwise: [word("the evaluation runner reads evaluation sets")],
        },
      },
      {
        proposal: {
          ...{
            ...of,
            narrows: "window",
            windowSeconds: 300,
            neededMs: 112_000,
            askedSeconds: 1_800,
            notes: [],
          },
        },
        change: {
          problem: word(
            "policy/cases/windows.yaml:12: cases[0]: a window of eval-sets is from 60 to 300 seconds",
          ),
        },
      },
    ],
    unusedDays: 30,
    idle: {
      agents: [
        { agent: word("annotation-helper"), why: "never_used", asks: 4, grants: 2, lastAskedAt: FROM + DAY },
      ],
      resources: [{ resource: word("run-settings"), why: "never_asked", asks: 0, grants: 0 }],
      permissions: [
        {
          ...{
            agent,
            resource: word("prompt-library"),
            accesses: ["read", "write"],
            why: "not_since" as const,
          },
          ...{ asks: 9, grants: 9, lastAskedAt: FROM + 2 * DAY, lastUsedAt: FROM + 2 * DAY },
        },
      ],
      notes: [],
    },
  };
}

const plain = (text: string): string => text;
export const usageExamples = {
  busy: made(plain, 400),
  silent: {
    ...made(plain, 0),
    proposals: [],
    kinds: [],
    idle: { agents: [], resources: [], permissions: [], notes: [] },
  },
  hostile: made(
    (text) =>
      `</pre><script>document.title="owned"</script><img src=x onerror=alert(1)>\u202e${"w".repeat(90)}${text}`,
    6,
  ),
} satisfies Record<string, UsageInsights>;
