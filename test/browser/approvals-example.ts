import type { ApprovalInsights } from "../../client/learn/approvals/insights.ts";
import type { Proposal } from "../../client/learn/approvals/proposal.ts";
import type { Tally } from "../../client/learn/approvals/tally.ts";
import { USUAL } from "../../client/learn/approvals/thresholds.ts";

export const MADE_AT = Date.UTC(2026, 11, 1, 6, 30);
export const PERIOD = { from: MADE_AT - 90 * 86_400_000, until: MADE_AT };

const MIN = 60_000;
const tally = (
  name: string,
  asks: number,
  [no, lapsed, unread]: [number, number, number],
  p50: number,
  [yes, other]: [string, string] = ["priya", "tomas"],
): Tally => ({
  ...{
    name,
    asks,
    approved: asks - no - lapsed,
    rejected: no,
    expired: lapsed,
    withdrawn: 0,
    open: 0,
    unread,
  },
  ...{ p50Ms: p50, p95Ms: p50 * 4, longestMs: p50 * 20 },
  by: [{ person: yes, yes: asks - no - lapsed, no: 0 }, ...(no > 0 ? [{ person: other, yes: 0, no }] : [])],
});

const patch = `--- a/policy/rules/approvals.cedar
+++ b/policy/rules/approvals.cedar
@@ -72,6 +72,13 @@
 ) when {
   context.wholeResource
+} unless {
+  principal == Agent::"rag-indexer" &&
+  action == Action::"read" &&
+  resource == Resource::"embedding-corpus" &&
+  !context.masked &&
+  context.windowSeconds <= 900 &&
+  context.risk <= 24
 };
`;
const proposal = (because: string, name: string): Proposal => ({
  ...{ kind: "automate", rule: name, because, patch },
  evidence: [],
  examples: ["k7m2abcdefgh2345", "k7m2abcdefgh2346"],
  casesToChange: ["the indexer reads the whole corpus"],
  replay: {
    ...{ asks: 1_204, same: 1_124, atOnce: 80, fewerAsked: 0, denied: 0 },
    ...{ shorterCap: 0, otherwise: 0, undecidable: 0 },
  },
});

const made = (word: (text: string) => string): ApprovalInsights => ({
  thresholds: USUAL,
  ...{ asks: 1_204, asked: 318, ofNoRule: 0 },
  byRule: [
    tally(word("personal-data-needs-privacy"), 190, [22, 9, 3], 14 * MIN),
    tally(word("whole-corpus-needs-ml-platform"), 80, [0, 0, 0], 31 * MIN, ["maya", "luca"]),
    tally(word("write-needs-ml-platform"), 64, [0, 0, 0], 22 * MIN, ["luca", "maya"]),
    tally(word("special-category-needs-owner"), 48, [6, 2, 0], 90 * MIN, ["ingrid", "kwame"]),
  ],
  byGroup: [
    tally(word("privacy"), 190, [22, 9, 3], 14 * MIN),
    {
      ...tally(word("ml-platform"), 144, [0, 0, 0], 27 * MIN),
      by: [
        { person: "maya", yes: 80, no: 0 },
        { person: "luca", yes: 64, no: 0 },
      ],
    },
  ],
  people: [
    { person: word("emil"), groups: ["security"], asked: 12, words: 0, unread: 0 },
    { person: word("maya"), groups: ["ml-platform"], asked: 144, words: 80, unread: 0 },
    { person: word("priya"), groups: ["privacy"], asked: 190, words: 159, unread: 3 },
  ],
  proposals: [
    proposal(
      word(
        "whole-corpus-needs-ml-platform asked 80 times in 88 days for rag-indexer: read embedding-corpus, and maya said yes every time",
      ),
      word("whole-corpus-needs-ml-platform"),
    ),
  ],
  ofParts: [
    {
      rule: word("write-needs-ml-platform"),
      because: word(
        "write-needs-ml-platform asked 64 times in 85 days for parts of rag-indexer: write embedding-corpus, and luca said yes every time",
      ),
      examples: ["k7m2abcdefgh2347"],
    },
  ],
});

const hostile = (text: string): string =>
  `<script>alert(1)</script>${text}"><img src=x onerror=alert(1)>${"x".repeat(120)}`;
const { proposals: _, ofParts: _parts, ...withoutPolicy } = made((text) => text);
/** As it is usually, with nothing to tell, and as somebody would write who means ill. */
export const approvalExamples: Record<"busy" | "empty" | "hostile", ApprovalInsights> = {
  busy: made((text) => text),
  empty: { ...withoutPolicy, asks: 3, asked: 0, byRule: [], byGroup: [], people: [] },
  hostile: made(hostile),
};
