import { describe, expect, it } from "vitest";
import { automationCandidates } from "../../../../client/learn/approvals/automation.ts";
import {
  type ApprovalInsights,
  approvalInsights,
  policyAt,
} from "../../../../client/learn/approvals/insights.ts";
import { insightLines, PARTS_WHY, silentOf } from "../../../../client/learn/approvals/lines.ts";
import { approvalInsightsPage } from "../../../../client/learn/approvals/page.ts";
import { stagesOf } from "../../../../client/learn/approvals/stages.ts";
import { USUAL } from "../../../../client/learn/approvals/thresholds.ts";
import { tighteningCandidates } from "../../../../client/learn/approvals/tightening.ts";
import type { Told } from "../../../../client/learn/approvals/told.ts";
import { folderAt } from "../../../../client/policy/folder.ts";
import { realPolicy } from "../../../core/policy/files/edited.ts";
import {
  approved,
  asked,
  cancelled,
  collected,
  ended,
  expired,
  flagged,
  mailed,
  minted,
  rejected,
  revoked,
  times,
  word,
} from "./grants.ts";

const policy = policyAt(folderAt(realPolicy));
const look = (grants: readonly Told[]): ApprovalInsights => approvalInsights(grants, policy);

// Windows that are not so short that they would be another thing to propose.
const whole = {
  ...({ agent: "rag-indexer", resource: "embedding-corpus", access: "read" } as const),
  ...{ windowSeconds: 1_860, whole: true },
};
const RULE = "whole-corpus-needs-ml-platform";
const yes = (grant: Told): Told => ended(collected(approved(grant, "maya")));
/** The platform team's yes to each look of the indexer at all there is, which is collected and ends by itself. */
const wholes = (count = 60, change: (grant: Told, index: number) => Told = (grant) => grant): Told[] =>
  times(count, (at, index) => change(yes(asked(whole, at)), index));

describe("what people do", () => {
  it("counts what was asked of each rule and group, and how it ended", () => {
    const open = asked(whole);
    const found = look([
      approved(asked(whole), "maya", 60_000),
      approved(asked(whole), "maya", 120_000),
      approved(asked(whole), "maya", 2_000),
      rejected(asked(whole), "luca"),
      expired(asked(whole)),
      open,
    ]);
    const tally = { asks: 6, approved: 3, rejected: 1, expired: 1, withdrawn: 0, open: 1, unread: 1 };
    expect(found.byRule).toEqual([expect.objectContaining({ name: RULE, ...tally })]);
    expect(found.byGroup).toEqual([expect.objectContaining({ name: "ml-platform", ...tally })]);
    expect(found.byRule[0]).toMatchObject({ p50Ms: 60_000, p95Ms: 1_800_000, longestMs: 1_800_000 });
    expect(found.byRule[0]?.by).toEqual([
      { person: "maya", yes: 3, no: 0 },
      { person: "luca", yes: 0, no: 1 },
    ]);
    expect(found).toMatchObject({ asks: 6, asked: 6, ofNoRule: 0 });
  });
});

const tidy = (candidates: readonly { kind: string; rule: string }[]): string[] =>
  candidates.map(({ kind, rule }) => `${kind} ${rule}`);
const { deps: inForce } = policy.loaded;
const usual = { deps: inForce, folder: policy.folder, thresholds: USUAL };
const easing = (grants: readonly Told[]) =>
  automationCandidates(
    usual,
    grants.flatMap((grant) => stagesOf(grant, inForce.bundle.rules)),
  );
/** Candidates before they are tried as a change: cheap, and nothing is proposed that is not one. */
const candidates = (grants: readonly Told[]): string[] =>
  tidy([...easing(grants), ...tighteningCandidates(usual, grants)]);

describe("stages", () => {
  it("measures each stage from when it opened, and a word from when people were asked", () => {
    const ask = asked({ agent: "analytics-copilot", resource: "claims", access: "read" });
    const first = word(mailed(ask, "priya", "tomas"), "grant.stage_approved", "priya", 60_000);
    const both = word(first, "grant.approved", "ingrid", 600_000, 2);
    const stages = stagesOf(both, policy.loaded.deps.bundle.rules);
    expect(stages.map(({ rule, tookMs, result, asked: who }) => [rule, tookMs, result, who])).toEqual([
      ["personal-data-needs-privacy", 60_000, "approved", ["priya", "tomas"]],
      ["analytics-personal-data-needs-owner", 600_000, "approved", []],
    ]);
    expect(stages[0]?.words[0]?.tookMs).toBe(59_500);
  });

  it("names no rule where the policy has another plan by now", () => {
    const ask = asked(whole);
    const [stage] = stagesOf(
      { ...ask, plan: [{ stage: 1, group: "security", quorum: 1 }] },
      policy.loaded.deps.bundle.rules,
    );
    expect(stage).toMatchObject({ rule: undefined, group: "security", result: "open" });
  });

  it("opens no stage after one that was not approved", () => {
    const ask = rejected(asked({ agent: "analytics-copilot", resource: "claims", access: "read" }), "priya");
    expect(stagesOf(ask, policy.loaded.deps.bundle.rules).map(({ result }) => result)).toEqual(["rejected"]);
  });
});

describe("who is asked", () => {
  it("counts who never says a word, and who answers", () => {
    const found = look(times(12, (at) => approved(mailed(asked(whole, at), "maya", "luca"), "maya")));
    expect(found.people).toEqual([
      { person: "luca", groups: ["ml-platform"], asked: 12, words: 0, unread: 0 },
      { person: "maya", groups: ["ml-platform"], asked: 12, words: 12, unread: 0 },
    ]);
    expect(silentOf(found).map(({ person }) => person)).toEqual(["luca"]);
  });
});

describe("rules whose people always say yes", () => {
  it("are found, once there is enough of it", () => {
    expect(candidates(wholes())).toEqual([`automate ${RULE}`]);
    expect(candidates(wholes(49))).toEqual([]);
    // All of them on one day say little of the days to come.
    const atOnce = wholes().map((grant) => ({ ...grant, askedAt: Date.UTC(2026, 5, 1) }));
    expect(candidates(atOnce)).toEqual([]);
  });

  it.each<[string, (grant: Told) => Told]>([
    ["rejected", () => rejected(asked(whole), "maya")],
    ["left to lapse", () => expired(asked(whole))],
    ["stopped by somebody", revoked],
    ["flagged", flagged],
    ["an emergency", (grant) => ({ ...grant, breakGlass: true })],
  ])("are none when one ask of them was %s", (_, change) => {
    expect(candidates(wholes(60, (grant, index) => (index === 30 ? change(grant) : grant)))).toEqual([]);
  });

  it.each<[string, (grant: Told) => Told]>([
    ["approved sooner than anybody reads", () => approved(asked(whole), "maya", 1_000)],
    ["of a medium risk", (grant) => ({ ...grant, risk: { score: 25, factors: {} } })],
    ["recorded without its context", ({ context: _, ...grant }) => grant],
  ])("count none that was %s, and go on without", (_, change) => {
    const some = (from: number) => wholes(60, (grant, index) => (index < from ? grant : change(grant)));
    expect(candidates(some(50))).toEqual([`automate ${RULE}`]);
    expect(candidates(some(49))).toEqual([]);
  });

  it("goes on without the asks that were taken back", () => {
    const grants = wholes(60, (grant, index) => (index === 30 ? cancelled(asked(whole)) : grant));
    expect(candidates(grants)).toEqual([`automate ${RULE}`]);
  });

  it("are looked at for each agent and resource where another one's was rejected", () => {
    const both = [...wholes(), rejected({ ...asked(whole), agent: "annotation-helper" }, "luca")];
    const { proposals = [] } = look(both);
    expect(tidy(proposals)).toEqual([`automate ${RULE}`]);
    expect(proposals[0]?.evidence.map(({ agent }) => agent)).toEqual(["rag-indexer"]);
    expect(proposals[0]?.replay).toMatchObject({ asks: 61, atOnce: 60, same: 1, otherwise: 0 });
  });

  const write = { ...whole, access: "write", windowSeconds: 900, whole: false } as const;
  /** Yes to a write of one part, of a risk that is low. */
  const parts = (count = 60): Told[] => times(count, (at) => yes(asked(write, at)));
  const low = (grant: Told): Told => ({
    ...{ ...grant, risk: { score: 3, factors: {} }, context: { ...grant.context, risk: 3 } },
  });
  const wholeWrites = (count = 60): Told[] =>
    times(count, (at) => yes(low(asked({ ...write, whole: true }, at))));

  it("open no part of a resource that nobody approved: yes to one part is no evidence for another", () => {
    const grants = parts();
    expect(new Set(grants.map(({ scope }) => JSON.stringify(scope)))).toEqual(
      new Set(['{"prefix":"2026/"}']),
    );
    const found = look(grants);
    expect(found.proposals).toEqual([]);
    expect(found.ofParts).toMatchObject([{ rule: "write-needs-ml-platform" }]);
    const said = insightLines(found, { from: 0, until: 1 });
    expect(said).toContain(
      "- write-needs-ml-platform asked 60 times in 81 days for parts of rag-indexer: write embedding-corpus, and maya said yes every time.",
    );
    expect(said).toContain(PARTS_WHY);
    expect(approvalInsightsPage(found, { from: 0, until: 1 }, 0)).toContain("only in parts");
    // However many parts were approved, that and too few yeses to the whole are not enough for the whole.
    expect(candidates([...parts(200), ...wholeWrites(49)])).toEqual([]);
    // What says that it is of the whole, and has a scope, is of neither.
    const odd = parts().map((grant) => ({ ...grant, context: { ...grant.context, wholeResource: true } }));
    expect(candidates(odd)).toEqual([]);
  });

  it("are eased for parts where the whole was approved, and count the whole alone", () => {
    const grants = [...wholeWrites(), ...parts()];
    const found = easing(grants);
    expect(tidy(found)).toEqual(["automate write-needs-ml-platform"]);
    expect(found[0]?.evidence).toMatchObject([{ access: "write", asks: 60 }]);
    expect(look(grants).ofParts).toEqual([]);
    // One no to a part speaks against all of it.
    expect(candidates([...grants, rejected(asked(write), "maya")])).toEqual([]);
  });

  it.each<[string, number, (grant: Told) => Told]>([
    ["too few", 49, (grant) => grant],
    ["of a rule that asked once in vain", 60, expired],
    ["taken as read by nobody", 60, (grant) => ({ ...grant, risk: { score: 40, factors: {} } })],
  ])("are not even told of where the parts that were approved are %s", (_, count, change) => {
    const grants = parts(count);
    const changed = change === expired ? [...grants, expired(asked(write))] : grants.map(change);
    expect(look(changed)).toMatchObject({ proposals: [], ofParts: [] });
  });

  it.each<[string, Parameters<typeof asked>[0]]>([
    ["personal data", { agent: "support-assistant", resource: "claims", access: "read", whole: true }],
    [
      "special-category data",
      { agent: "support-assistant", resource: "medical-reports", access: "read", whole: true },
    ],
    ["a secret", { agent: "support-assistant", resource: "crm-token", access: "read", whole: true }],
  ])("are never eased for %s, however low its risk is said to be", (_, ask) => {
    const grants = times(60, (at) => {
      const one = asked(ask, at);
      const lowest = low(one);
      return lowest.plan.reduce(
        (grant, { stage }) =>
          word(
            grant,
            stage === lowest.plan.length ? "grant.approved" : "grant.stage_approved",
            "priya",
            60_000,
            stage,
          ),
        lowest,
      );
    });
    expect(grants.every(({ decision }) => decision === "needs_approval")).toBe(true);
    expect(candidates(grants).filter((each) => each.startsWith("automate"))).toEqual([]);
  });

  it("are never eased where the rule wants a signed word", () => {
    const { deps, ...loaded } = policy.loaded;
    const signed = deps.bundle.rules.map((rule) =>
      rule.id === RULE && rule.obligation
        ? { ...rule, obligation: { ...rule.obligation, channel: "signed" as const } }
        : rule,
    );
    const given = {
      deps: { ...deps, bundle: { ...deps.bundle, rules: signed } },
      folder: policy.folder,
      thresholds: USUAL,
    };
    expect(loaded.cases.length).toBeGreaterThan(0);
    expect(
      automationCandidates(
        given,
        wholes().flatMap((grant) => stagesOf(grant, signed)),
      ),
    ).toEqual([]);
  });
});

describe("what could be denied", () => {
  const read = { agent: "support-assistant", resource: "product-docs", access: "read" } as const;
  const used = collected(asked({ ...read, resource: "customer-profiles", masked: true }));

  it("is what was granted again and again and never collected", () => {
    const never = times(30, (at) => ended(minted(asked(read, at))));
    expect(candidates([...never, used])).toEqual([
      "forbid-unused not-used-support-assistant-read-product-docs",
    ]);
    expect(candidates([...never.slice(11), used])).toEqual([]);
    expect(candidates([...never, used, collected(asked(read))])).toEqual([]);
  });

  it("writes no words of the record into a rule that the catalogue does not have", () => {
    const never = times(30, (at) => ended(minted(asked(read, at))));
    for (const word of [
      { agent: 'x")\n@id("y' },
      { agent: "nobody-any-more" },
      { access: 'read")\npermit (principal, action, resource); //' },
    ])
      expect(candidates([...never.map((grant) => ({ ...grant, ...word })), used])).toEqual([]);
  });

  it("is nothing where the record shows no collecting at all", () => {
    expect(candidates(times(30, (at) => ended(minted(asked(read, at)))))).toEqual([]);
  });

  it("is what people always said no to", () => {
    const no = times(30, (at) =>
      rejected(asked({ agent: "support-assistant", resource: "claims", access: "list" }, at), "priya"),
    );
    expect(candidates(no)).toEqual(["forbid-rejected always-rejected-support-assistant-list-claims"]);
    expect(
      candidates([
        ...no,
        approved(asked({ agent: "support-assistant", resource: "claims", access: "list" }), "priya"),
      ]),
    ).toEqual([]);
  });
});

describe("windows", () => {
  it("could be shorter where nobody asks for nearly as long", () => {
    const short = times(60, (at) =>
      ended(
        collected(
          asked(
            { agent: "support-assistant", resource: "product-docs", access: "read", windowSeconds: 600 },
            at,
          ),
        ),
      ),
    );
    expect(candidates(short)).toEqual(["shorten read-at-home"]);
    const once = asked({
      agent: "support-assistant",
      resource: "product-docs",
      access: "read",
      windowSeconds: 1_200,
    });
    expect(candidates([...short, once])).toEqual([]);
  });
});
