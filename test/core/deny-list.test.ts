import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogueSchema } from "../../functions/core/catalogue.ts";
import { readDenyList, sameList } from "../../functions/core/deny-document.ts";
import {
  type Denials,
  type DenyEntry,
  fitDenyList,
  isEmpty,
  MAX_CHARACTERS,
  renderDenyList,
} from "../../functions/core/deny-list.ts";
import { idFrom } from "../../functions/core/ids.ts";
import { deployPolicy } from "../fakes/policy.ts";
import { evaluate } from "./kinds/evaluate.ts";

const endsAt = "2026-11-21T10:00:00Z";
const ids = fc.uniqueArray(
  fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => idFrom(bytes)),
  { minLength: 2, maxLength: 8 },
);
const key = fc.stringMatching(/^[a-z][a-z0-9-]{1,23}$/).filter((text) => text !== "control");
const call = (sessionName: string, issuedAt = "2026-11-21T09:30:00Z") => ({
  action: "s3:GetObject",
  resource: "arn:aws:s3:::data/a",
  context: { "aws:userid": `AROAEXAMPLE:${sessionName}`, "aws:TokenIssueTime": issuedAt },
});
const session = (agent: string, grant: string, attempt: number | string) =>
  call(`lk.${agent}.${grant}.${attempt}`);
const entry = (grantId: string): DenyEntry => ({ grantId, endsAt });
const denying = (entries: DenyEntry[], more: Partial<Denials> = {}): Denials => ({
  entries,
  agents: [],
  wholeRole: false,
  ...more,
});
const render = (denials: Denials, number = 1) => renderDenyList(fitDenyList(denials, number).list, number);
const many = (count: number, more: Partial<DenyEntry> = {}) =>
  Array.from({ length: count }, (_, index) => ({
    ...entry(idFrom(Buffer.from(`${index}`.padStart(10, "0")))),
    ...more,
  }));
const CONTROL = "lk.control.probe";

describe("a role's deny list", () => {
  it("denies every session of each grant on it, probes included, and of no other (I-02, I-26, I-27)", () => {
    fc.assert(
      fc.property(ids, key, fc.integer({ min: 1, max: 999 }), ([live, ...denied], agent, attempt) => {
        const policy = render(denying(denied.map(entry)));
        for (const id of denied) {
          expect(evaluate(policy, session(agent, id, attempt))).toBe("deny");
          expect(evaluate(policy, session(agent, id, "probe"))).toBe("deny");
        }
        expect(evaluate(policy, session(agent, live as string, attempt))).toBe("no");
        expect(evaluate(policy, call(CONTROL))).toBe("no");
        expect(evaluate(policy, { ...session(agent, live as string, 1), context: {} })).toBe("no");
      }),
    );
  });

  it("is the same whatever the order of its entries and however often each is there (I-29)", () => {
    fc.assert(
      fc.property(ids, (list) => {
        const entries = list.map(entry);
        expect(render(denying([...entries, ...entries].reverse()), 7)).toEqual(render(denying(entries), 7));
      }),
    );
  });

  it("is one statement, whose name tells one rendering from the next", () => {
    expect(render(denying([entry("k7m2qx4zabcd2345")]), 12)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Render12",
          Effect: "Deny",
          Action: "*",
          Resource: "*",
          Condition: { StringLike: { "aws:userid": ["*.k7m2qx4zabcd2345.*"] } },
        },
      ],
    });
  });

  it("stops an agent by its key: whatever its grants, and no agent whose key begins alike (I-71)", () => {
    const policy = render(denying([], { agents: ["rag"] }));
    expect(evaluate(policy, session("rag", "k7m2qx4zabcd2345", 1))).toBe("deny");
    expect(evaluate(policy, session("rag-2", "k7m2qx4zabcd2345", 1))).toBe("no");
    expect(evaluate(policy, session("ragg", "k7m2qx4zabcd2345", 1))).toBe("no");
    expect(evaluate(policy, call(CONTROL))).toBe("no");
  });

  it("stops a role for everybody but the control session, without which nothing could be proven", () => {
    const policy = render(denying([entry("k7m2qx4zabcd2345")], { wholeRole: true }));
    expect(evaluate(policy, session("rag", "aaaaaaaaaaaaaaaa", 1))).toBe("deny");
    expect(evaluate(policy, call("somebody"))).toBe("deny");
    expect(evaluate(policy, call("x.lk.control.probe"))).toBe("deny");
    expect(evaluate(policy, { ...call(CONTROL), context: {} })).toBe("deny");
    expect(evaluate(policy, call(CONTROL))).toBe("no");
  });

  it("cuts off the sessions that were issued before, and no later one", () => {
    const policy = render(denying([], { cutOffAt: "2026-11-21T09:30:00Z" }));
    expect(evaluate(policy, call("lk.a.b.1", "2026-11-21T09:29:59Z"))).toBe("deny");
    expect(evaluate(policy, call("lk.a.b.1", "2026-11-21T09:30:00Z"))).toBe("no");
  });

  it("no agent can be called what the control session is called", () => {
    const catalogue = structuredClone(deployPolicy().catalogue);
    expect(catalogueSchema.safeParse(catalogue).success).toBe(true);
    for (const agent of catalogue.agents.slice(0, 1)) agent.key = "control";
    expect(catalogueSchema.safeParse(catalogue).error?.issues[0]?.path).toEqual(["agents", 0, "key"]);
  });
});

describe("the room that a role's inline policies have (I-29)", () => {
  const full = fitDenyList(denying(many(2_000)), 99_999);

  it("is used to the last pattern, and never overdrawn", () => {
    const { length } = JSON.stringify(renderDenyList(full.list, 99_999));
    expect(length).toBeLessThanOrEqual(MAX_CHARACTERS);
    expect(length).toBeGreaterThan(MAX_CHARACTERS - 30);
    expect(full.denied.size).toBeGreaterThan(430);
    expect(full.over).toBe(2_000 - full.denied.size);
  });

  it("also beside an agent's pattern, a cut-off and a large number", () => {
    const more = { agents: ["a".repeat(24), "b"], cutOffAt: endsAt };
    for (const number of [1, 1_234_567_890]) {
      const { list } = fitDenyList(denying(many(2_000), more), number);
      const { length } = JSON.stringify(renderDenyList(list, number));
      expect(length).toBeLessThanOrEqual(MAX_CHARACTERS);
      expect(length).toBeGreaterThan(MAX_CHARACTERS - 60);
    }
  });

  it("is not needed for grants on a role that is stopped as a whole", () => {
    const { list, denied, over } = fitDenyList(denying(many(2_000), { wholeRole: true }), 1);
    expect([list.patterns.length, denied.size, over]).toEqual([0, 2_000, 0]);
  });

  it("once the role is cut off, goes to what the cut-off does not reach, then to what is not proven yet", () => {
    const cutOffAt = "2026-11-21T09:40:00Z";
    const [a, b, c, d] = many(4) as [DenyEntry, DenyEntry, DenyEntry, DenyEntry];
    const proven = { ...a, reachedBy: cutOffAt, provenAt: endsAt };
    const waiting = { ...b, reachedBy: cutOffAt };
    const later = { ...d, reachedBy: "2026-11-21T09:50:00Z", provenAt: endsAt };
    const { list, denied, over } = fitDenyList(denying([proven, waiting, c, later], { cutOffAt }), 1);
    expect([...denied]).toEqual([c.grantId, later.grantId, waiting.grantId]);
    expect(over).toBe(0);
    expect(list.patterns).toHaveLength(3);
    const crowd = many(2_000).map((each) => ({ ...each, reachedBy: cutOffAt }));
    const crowded = fitDenyList(denying([...crowd, { ...entry("zzzzzzzzzzzzzzzz") }], { cutOffAt }), 1);
    expect(crowded.over).toBe(0);
    expect(crowded.denied.has("zzzzzzzzzzzzzzzz")).toBe(true);
  });
});

describe("a list that is full, where the cut-off reaches all (I-29)", () => {
  const cutOffAt = "2026-11-21T09:40:00Z";
  const [a, b] = many(2, { reachedBy: cutOffAt }) as [DenyEntry, DenyEntry];
  // As much as a list takes, and the quotes and the comma of one pattern more.
  const roomFor = (denials: Denials) => JSON.stringify(render(denials)).length + '"",'.length;

  it("keeps the place of a denial that is being proven, whatever waits before it", () => {
    const entries = [a, { ...b, since: "2026-11-21T09:39:00Z" }];
    const denied = (room: number, of = entries) => [
      ...fitDenyList(denying(of, { cutOffAt }), 1, room).denied,
    ];
    expect(denied(roomFor(denying([a], { cutOffAt })))).toEqual([b.grantId]);
    const roomForBoth = roomFor(denying([a, b], { cutOffAt }));
    expect(denied(roomForBoth)).toEqual([b.grantId, a.grantId]);
    expect(denied(roomForBoth, entries.toReversed())).toEqual([b.grantId, a.grantId]);
  });

  it("takes a pattern where there is room for it, and none where a character lacks", () => {
    const room = roomFor(denying([a]));
    expect(fitDenyList(denying([a]), 1, room)).toMatchObject({ over: 0, denied: new Set([a.grantId]) });
    expect(fitDenyList(denying([a]), 1, room - 1)).toMatchObject({ over: 1, list: { patterns: [] } });
    expect(fitDenyList(denying([a]), 1, 0)).toMatchObject({ over: 1, list: { patterns: [] } });
  });

  it("is cut off again for a grant that an earlier cut-off reached and the standing one has not", () => {
    const later = { ...a, reachedBy: "2026-11-21T09:40:01Z" };
    expect(fitDenyList(denying([later], { cutOffAt }), 1, 0).over).toBe(1);
    expect(fitDenyList(denying([a], { cutOffAt }), 1, 0).over).toBe(0);
    expect(fitDenyList(denying([a]), 1, 0).over).toBe(1);
  });
});

describe("a list that denies nothing", () => {
  const nothing = { patterns: [], wholeRole: false };

  it("is told from one that denies anything: the policy is removed only then", () => {
    expect(isEmpty(nothing)).toBe(true);
    expect(isEmpty({ ...nothing, patterns: ["*.a.*"] })).toBe(false);
    expect(isEmpty({ ...nothing, wholeRole: true })).toBe(false);
    expect(isEmpty({ ...nothing, cutOffAt: endsAt })).toBe(false);
  });

  it("has a statement for nothing that is not denied", () => {
    expect(renderDenyList(nothing, 1).Statement).toEqual([]);
    expect(renderDenyList({ ...nothing, cutOffAt: endsAt }, 1).Statement.map(({ Sid }) => Sid)).toEqual([
      "Render1CutOff",
    ]);
    expect(renderDenyList({ ...nothing, wholeRole: true }, 1).Statement.map(({ Sid }) => Sid)).toEqual([
      "Render1Role",
    ]);
  });
});

describe("a document read back", () => {
  const list = { patterns: ["*.a.*", "*:lk.b.*"], wholeRole: true, cutOffAt: endsAt };
  const text = JSON.stringify(renderDenyList(list, 7));

  it("is the list that was rendered, and its number", () => {
    expect(readDenyList(text)).toEqual({ ...list, render: 7 });
    expect(sameList(list, readDenyList(text))).toBe(true);
    expect(sameList({ ...list, patterns: [] }, readDenyList(text))).toBe(false);
    expect(sameList(list, undefined)).toBe(false);
  });

  it("has the whole of its number, and denies no more than it says", () => {
    const patterns = { patterns: ["*.a.*"], wholeRole: false };
    expect(readDenyList(JSON.stringify(renderDenyList(patterns, 1_207)))).toEqual({
      ...patterns,
      render: 1_207,
    });
  });

  it("is the same list in another order, and another one with another cut-off or with none", () => {
    const patterns = [...list.patterns, ...list.patterns].reverse();
    expect(sameList({ ...list, patterns }, readDenyList(text))).toBe(true);
    expect(sameList({ ...list, cutOffAt: "2026-11-21T10:00:01Z" }, readDenyList(text))).toBe(false);
    expect(sameList({ ...list, cutOffAt: undefined }, readDenyList(text))).toBe(false);
    expect(sameList({ ...list, wholeRole: false }, readDenyList(text))).toBe(false);
  });

  it.each([
    ["an Allow", text.replace('"Deny"', '"Allow"')],
    ["one action only", text.replace('"Action":"*"', '"Action":"s3:*"')],
    ["another control session", text.replace("lk.control", "lk.other")],
    ["a statement more", text.replace('"Statement":[', '"Statement":[{"Effect":"Deny","NotAction":"*"},')],
    ["no statement", '{"Version":"2012-10-17","Statement":[]}'],
    ["no JSON", "{"],
  ])("is nobody's of ours with %s (I-37)", (_, edited) => {
    expect(edited).not.toBe(text);
    expect(readDenyList(edited)).toBeUndefined();
  });
});
