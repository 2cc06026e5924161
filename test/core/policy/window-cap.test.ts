import { describe, expect, it } from "vitest";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import { windowCapOf } from "../../../functions/core/policy/window-cap.ts";
import { durationInWords } from "../../../functions/core/time.ts";
import { changed, deciderOf, shipped, usual } from "./example.ts";

const permit = (id: string, when: string, maxWindowSeconds?: number): Rule => ({
  ...{ id, reason: `${id} lets pass`, effect: "permit" },
  text: `permit (principal, action, resource) when { ${when} };`,
  ...(maxWindowSeconds === undefined ? {} : { maxWindowSeconds }),
});
const reads = { agent: "finetune-pipeline", access: "read", resource: "support-conversations" } as const;
const decided = (rules: Rule[], windowSeconds: number) =>
  deciderOf(changed(shipped, { rules }))({ ...reads, context: { ...usual, windowSeconds } });

describe("I-04 a window is held by the rules that match, and by no other", () => {
  const short = permit("short", "true", 300);
  const long = permit("long", "true", 900);
  const elsewhere = permit("elsewhere", 'resource.environment == "production"', 43_200);

  it("passes at the cap and not a second over it", () => {
    expect(decided([short], 300)).toMatchObject({ outcome: "allow", rules: [{ id: "short" }] });
    expect(decided([short], 301)).toMatchObject({
      outcome: "deny",
      plan: [],
      rules: [
        {
          id: "short",
          reason: "the longest window that the rules for this ask allow is 300 seconds (5 minutes)",
        },
      ],
    });
  });

  it("passes by the longest cap of those that match, and names only the rules that let it", () => {
    const { outcome, rules } = decided([short, long], 900);
    expect([outcome, rules.map(({ id }) => id)]).toEqual(["allow", ["long"]]);
    expect(decided([short, long], 300).rules.map(({ id }) => id)).toEqual(["short", "long"]);
  });

  it("says the longest of all that match when it is longer", () => {
    const { outcome, rules } = decided([short, long], 901);
    const reason = "the longest window that the rules for this ask allow is 900 seconds (15 minutes)";
    expect([outcome, rules]).toEqual([
      "deny",
      [
        { id: "short", reason },
        { id: "long", reason },
      ],
    ]);
  });

  it("takes nothing from a rule that does not match, however long its own cap", () => {
    expect(decided([short, elsewhere], 600)).toMatchObject({ outcome: "deny", rules: [{ id: "short" }] });
  });

  it("passes at any length by a permit without a cap", () => {
    const open = permit("open", "true");
    const { outcome, rules } = decided([short, open], 3_600);
    expect([outcome, rules.map(({ id }) => id)]).toEqual(["allow", ["open"]]);
  });

  it("holds before anybody is asked", () => {
    const demand: Rule = {
      ...{ id: "demand", reason: "asks", effect: "forbid", text: "forbid (principal, action, resource);" },
      obligation: { approvers: "privacy", quorum: 1, stage: 1 },
    };
    expect(decided([short, demand], 600)).toMatchObject({ outcome: "deny", plan: [] });
    expect(decided([short, demand], 300)).toMatchObject({ outcome: "needs_approval", plan: [{ stage: 1 }] });
  });
});

describe("the cap that an ask's event names (I-04)", () => {
  const [short, long, open] = [
    permit("short", "true", 300),
    permit("long", "true", 900),
    permit("open", "true"),
  ];
  const glass: Rule = { ...permit("glass", "true", 120), breakGlass: true };
  const elsewhere = permit("elsewhere", "true", 43_200);
  const rules = [short, long, open, glass, elsewhere];
  const hour = { maxWindowSeconds: 3_600 };
  const by = (...ids: string[]) => ({
    outcome: "allow" as const,
    rules: ids.map((id) => ({ id, reason: "r" })),
  });

  it.each([
    ["the permit's", by("short"), 300],
    ["the longest of those that let it pass", by("short", "long"), 900],
    ["the resource's, where a permit has none", by("long", "open"), 3_600],
    ["the resource's, where that is less", by("elsewhere"), 3_600],
    ["nobody's who did not let it pass", by("long"), 900],
  ])("is %s", (_, decision, cap) => {
    expect(windowCapOf(rules, decision, hour)).toBe(cap);
  });

  it("of a broken glass is also that of the rule that let it", () => {
    const breakGlass = { rule: "glass", skipped: [] };
    expect(windowCapOf(rules, { ...by("long", "glass"), breakGlass }, hour)).toBe(120);
    expect(
      windowCapOf(rules, { ...by("short", "open", "glass"), breakGlass }, { maxWindowSeconds: 60 }),
    ).toBe(60);
  });

  it("of a broken glass is not that of the rule that let it, where the permits say less", () => {
    const wide: Rule = { ...permit("glass", "true", 3_000), breakGlass: true };
    const decision = { ...by("short", "glass"), breakGlass: { rule: "glass", skipped: [] } };
    expect(windowCapOf([short, wide], decision, hour)).toBe(300);
  });

  it("is not asked of the rules that demand people", () => {
    const demand: Rule = { ...short, id: "demand", effect: "forbid", maxWindowSeconds: 60 };
    const decision = { ...by("long", "demand"), outcome: "needs_approval" as const };
    expect(windowCapOf([...rules, demand], decision, hour)).toBe(900);
    const { maxWindowSeconds: _none, ...uncapped } = demand;
    expect(windowCapOf([...rules, uncapped], decision, hour)).toBe(900);
  });

  it("is none for a no", () => {
    expect(windowCapOf(rules, { ...by("long"), outcome: "deny" }, hour)).toBeUndefined();
  });

  it("is never less than a window that passed", () => {
    for (const seconds of [60, 300, 900]) {
      const decision = decided([short, long], seconds);
      expect(windowCapOf([short, long], decision, hour) ?? 0).toBeGreaterThanOrEqual(seconds);
    }
  });
});

describe("seconds in words", () => {
  it.each([
    [60, "1 minute"],
    [90, "1 minute 30 seconds"],
    [900, "15 minutes"],
    [3_600, "1 hour"],
    [5_401, "1 hour 30 minutes 1 second"],
    [43_200, "12 hours"],
    [0, "no time"],
  ])("%i are %s", (seconds, words) => expect(durationInWords(seconds)).toBe(words));
});
