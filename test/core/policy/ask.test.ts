import { describe, expect, it } from "vitest";
import { decideAsk, decideOnce } from "../../../functions/core/policy/ask.ts";
import { type AskFacts, type AskInput, NEWCOMER } from "../../../functions/core/policy/context.ts";
import { decision } from "../../../functions/core/policy/decided.ts";
import { decide } from "../../../functions/core/policy/decision.ts";
import { preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import { agentOf, NOW, resourceOf, shipped } from "./example.ts";

const deps = { engine: preparePolicyEngine(shipped), bundle: shipped, catalogue: shipped.catalogue };
const TUESDAY = Date.UTC(2026, 10, 17, 9);
const facts: AskFacts = {
  ...{ windowSeconds: 600, wholeResource: true, masked: false, breakGlass: false },
  ...{ purposeGiven: true, ticketGiven: false, startsAt: TUESDAY, standing: NEWCOMER },
};
const asking = (agent: string, resource: string, more: Partial<AskFacts> = {}): AskInput => ({
  ...{ agent: agentOf(shipped, agent), resource: resourceOf(shipped, resource), access: "read" },
  ...{ facts: { ...facts, ...more }, at: NOW },
});

describe("the context of an ask", () => {
  it("holds what rules go by, with the risk that is stored beside it", () => {
    const made = decideAsk(deps, asking("support-assistant", "claims"));
    expect(made.context).toMatchObject({
      ...{ windowSeconds: 600, wholeResource: true, purposeGiven: true, ticketGiven: false, firstUse: true },
      ...{ agentEnvironment: "production", resourceEnvironment: "production", modelChanged: false },
      ...{ hour: 10, weekday: 2, workingHours: true, risk: 58 },
    });
    expect(made.risk).toMatchObject({ score: 58, band: "high" });
    expect(decision.parse(made)).toEqual(made);
  });

  it("has the clock of the window's start and not of now", () => {
    const night = asking("release-job", "model-artifacts", { startsAt: Date.UTC(2026, 10, 17, 22) });
    expect(decideOnce(deps, night)).toMatchObject({ context: { hour: 23 }, plan: [{ group: "security" }] });
    const { context } = decideOnce(deps, { ...night, at: TUESDAY });
    expect(context.hour).toBe(23);
  });

  it.each([
    ["no model was approved before", { model: "m-1", standing: NEWCOMER }, false],
    ["the model is the same", { model: "m-1", standing: { ...NEWCOMER, lastModel: "m-1" } }, false],
    ["the model is another", { model: "m-2", standing: { ...NEWCOMER, lastModel: "m-1" } }, true],
    ["the agent does not say any more", { standing: { ...NEWCOMER, lastModel: "m-1" } }, true],
  ])("says whether the model changed: %s", (_, more, modelChanged) => {
    const { context } = decideOnce(deps, asking("finetune-pipeline", "support-conversations", more));
    expect(context.modelChanged).toBe(modelChanged);
  });

  it("I-11 decides the same again when it is used again, whatever the time is", () => {
    const made = decideOnce(
      deps,
      asking("release-job", "model-artifacts", { startsAt: Date.UTC(2026, 10, 17, 16, 59) }),
    );
    expect(made.outcome).toBe("allow");
    const { agent, resource, access } = asking("release-job", "model-artifacts");
    const later = Date.UTC(2026, 10, 17, 17, 1);
    expect(decide(deps, { agent, resource, access, context: made.context, at: later }).outcome).toBe("allow");
  });
});

describe("an ask that would break the glass", () => {
  it("is recorded as an ordinary one where nothing needs breaking", () => {
    const made = decideAsk(deps, asking("support-assistant", "product-docs", { breakGlass: true }));
    expect(made).toMatchObject({ outcome: "allow", context: { breakGlass: false } });
    expect(made.breakGlass).toBeUndefined();
  });

  it("keeps what it asked for where the glass is broken, and where it may not be", () => {
    const broken = decideAsk(deps, asking("support-assistant", "claims", { breakGlass: true }));
    expect(broken).toMatchObject({ outcome: "allow", context: { breakGlass: true }, breakGlass: {} });
    const refused = decideAsk(deps, asking("analytics-copilot", "claims", { breakGlass: true }));
    expect(refused).toMatchObject({ outcome: "deny", context: { breakGlass: true } });
  });
});
