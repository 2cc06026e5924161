import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Resource } from "../../../functions/core/catalogue.ts";
import { type AccessName, accessNames } from "../../../functions/core/kinds/names.ts";
import { alternativesTo } from "../../../functions/core/policy/alternatives.ts";
import { decideAsk, decideOnce } from "../../../functions/core/policy/ask.ts";
import type { PolicyBundle, Rule } from "../../../functions/core/policy/bundle.ts";
import { type AskInput, NEWCOMER } from "../../../functions/core/policy/context.ts";
import type { Alternative } from "../../../functions/core/policy/decided.ts";
import { preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import { agentOf, changed, NOW, resourceOf, shipped } from "./example.ts";

const depsOf = (bundle: PolicyBundle) => ({
  engine: preparePolicyEngine(bundle),
  bundle,
  catalogue: bundle.catalogue,
});
const deps = depsOf(shipped);

function ask(agent: string, access: AccessName, resource: string, windowSeconds = 600): AskInput {
  return {
    agent: agentOf(shipped, agent),
    access,
    resource: resourceOf(shipped, resource),
    facts: {
      ...{ windowSeconds, wholeResource: true, masked: false, breakGlass: false },
      ...{ purposeGiven: true, ticketGiven: false, startsAt: NOW, standing: NEWCOMER },
    },
    at: NOW,
  };
}
/** The ask that an agent makes when it takes an offer: its change, laid over what it asked. */
function laidOver(input: AskInput, { change }: Alternative): AskInput {
  return {
    ...input,
    access: (change.access ?? input.access) as AccessName,
    scope: change.scope ?? input.scope,
    facts: {
      ...input.facts,
      masked: change.masked ?? input.facts.masked,
      windowSeconds: change.windowSeconds ?? input.facts.windowSeconds,
      wholeResource: (change.scope ?? input.scope) === undefined,
    },
  };
}
const offered = (input: AskInput, using = deps) =>
  decideAsk(using, input).alternatives?.map(({ change }) => change);
const corpus = ask("rag-indexer", "read", "embedding-corpus");
const limited = (counterOffers: Resource["counterOffers"]): AskInput => ({
  ...corpus,
  resource: { ...corpus.resource, counterOffers },
});

describe("what is offered instead", () => {
  it("is nothing where the ask passes as it is", () => {
    const decision = decideAsk(deps, ask("finetune-pipeline", "read", "support-conversations"));
    expect([decision.outcome, "alternatives" in decision]).toEqual(["allow", false]);
  });

  it("is the parts of a whole that have a name, and pass", () => {
    expect(offered(corpus)).toEqual([
      { scope: { keys: ["handbook.md"] } },
      { scope: { prefix: "wordings/" } },
    ]);
  });

  it("is looking instead of writing, with the scope that was asked", () => {
    const scope = { keys: ["2026-11-17.json"] };
    const write = ask("finetune-pipeline", "write", "training-manifests");
    const narrow = { ...write, scope, facts: { ...write.facts, wholeResource: false } };
    expect(offered(narrow)).toEqual([{ access: "read" }, { access: "list" }]);
  });

  it("is the longest window that the matched rules allow", () => {
    const rules: Rule[] = [300, 700].map((maxWindowSeconds) => ({
      ...{ id: `cap-${maxWindowSeconds}`, reason: "caps", effect: "permit", maxWindowSeconds },
      text: "permit (principal, action, resource);",
    }));
    const capped = depsOf(changed(shipped, { rules }));
    const reads = ask("finetune-pipeline", "read", "support-conversations", 900);
    expect(offered(reads, capped)).toEqual([{ windowSeconds: 700 }]);
  });

  it("is a quarter of an hour or five minutes where a rule minds the window without a cap", () => {
    const minds: Rule = {
      ...{ id: "minds", reason: "minds", effect: "forbid" },
      text: "forbid (principal, action, resource) when { context.windowSeconds > 600 };",
    };
    const minding = depsOf(changed(shipped, { rules: [...shipped.rules, minds] }));
    const reads = ask("finetune-pipeline", "read", "support-conversations", 1_200);
    expect(offered(reads, minding)).toEqual([{ windowSeconds: 300 }]);
  });

  it("is only along the axes that the resource offers", () => {
    expect(offered(limited([]))).toEqual([]);
    expect(offered(limited(["access", "window"]))).toEqual([]);
    expect(offered(limited(["scope"]))).toHaveLength(2);
  });

  it("weighs the risk that the smaller ask would have", () => {
    const risky: Rule = {
      ...{ id: "risky", reason: "too risky", effect: "forbid" },
      text: "forbid (principal, action, resource) when { context.risk > 22 };",
    };
    const rules = [...shipped.rules.filter(({ id }) => !id.startsWith("whole-corpus")), risky];
    const wary = depsOf(changed(shipped, { rules }));
    expect(decideOnce(wary, corpus).risk?.score).toBe(38);
    expect(offered(corpus, wary)).toEqual([]);
    const known = { ...corpus, facts: { ...corpus.facts, startsAt: Date.UTC(2026, 10, 17, 9) } };
    expect(offered(known, wary)).toEqual([
      { scope: { keys: ["handbook.md"] } },
      { scope: { prefix: "wordings/" } },
    ]);
  });

  it("never breaks the glass", () => {
    const listing = ask("support-assistant", "read", "claims", 1_800);
    const glass = { ...listing, facts: { ...listing.facts, breakGlass: true } };
    expect(decideAsk(deps, glass)).toMatchObject({
      outcome: "deny",
      rules: [{ id: "break-glass-for-customer-care" }],
      alternatives: [{ change: { masked: true }, outcome: "allow" }],
    });
  });

  it("leaves out a part that a session policy cannot hold", () => {
    const keys = Array.from({ length: 20 }, (_, index) => `${"k".repeat(200)}${index}`);
    const subScopes = [{ id: "many", description: "many", scope: { keys } }];
    expect(offered({ ...corpus, resource: { ...corpus.resource, subScopes } })).toEqual([]);
  });
});

describe("looking for something smaller", () => {
  it("tries at most four, some of each axis first", () => {
    const tried: string[] = [];
    const subScopes = Array.from({ length: 9 }, (_, index) => ({
      ...{ id: `p${index}`, description: "a part", scope: { prefix: `p${index}/` } },
    }));
    const write = ask("rag-indexer", "write", "embedding-corpus", 900);
    const input = { ...write, resource: { ...write.resource, subScopes } };
    const decided = (other: AskInput) => {
      tried.push(`${other.access} ${other.facts.windowSeconds} ${JSON.stringify(other.scope ?? "all")}`);
      return decideOnce(deps, other);
    };
    alternativesTo(input, decideOnce(deps, input), { rules: shipped.rules, decided });
    expect(tried).toEqual([
      'read 900 "all"',
      'write 900 {"prefix":"p0/"}',
      'write 300 "all"',
      'list 900 "all"',
    ]);
  });

  const drawn = fc.record({
    agent: fc.constantFrom(...shipped.catalogue.agents.map(({ id }) => id)),
    resource: fc.constantFrom(...shipped.catalogue.resources),
    access: fc.constantFrom(...accessNames),
    windowSeconds: fc.integer({ min: 60, max: 3_600 }),
    breakGlass: fc.boolean(),
  });

  it("I-11 finds only what passes when it is sent back as it is, and finds the same again", () => {
    fc.assert(
      fc.property(drawn, ({ agent, resource, access, windowSeconds, breakGlass }) => {
        if (!resource.accesses.includes(access)) return;
        const made = ask(agent, access, resource.id, windowSeconds);
        const input = { ...made, facts: { ...made.facts, breakGlass } };
        const decision = decideAsk(deps, input);
        expect(decideAsk(deps, input)).toEqual(decision);
        expect(decision.alternatives?.length ?? 0).toBeLessThanOrEqual(4);
        for (const offer of decision.alternatives ?? []) {
          const taken = decideAsk(deps, laidOver(input, offer));
          expect([taken.outcome, taken.breakGlass]).toEqual(["allow", undefined]);
        }
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
