import { describe, expect, it } from "vitest";
import { askContext } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import { recordedFacts } from "../../../functions/core/policy/recorded.ts";

const context = askContext.parse({ windowSeconds: 900, wholeResource: true, masked: false });
const decision: Decision = {
  ...{ outcome: "allow", policyVersion: "sha256:1", rules: [], plan: [] },
  context: {
    ...context,
    parameters: { numbers: { amount: 5 }, texts: { payee: "Ada Lovelace" }, flags: {} },
  },
};

describe("what the record keeps of a decision", () => {
  it("is the context that policy saw, without the values of an action's parameters", () => {
    const { context: text = "" } = recordedFacts(decision);
    expect(JSON.parse(text)).toEqual(context);
    expect(text).not.toContain("Lovelace");
  });
  it("says of rules on trial nothing where they had nothing to say", () => {
    expect(recordedFacts(decision)).not.toHaveProperty("shadow");
    const shadow: Decision["shadow"] = {
      notes: [{ id: "trial", reason: "to see", would: "deny" }],
      ...{ outcome: "deny", plan: [] },
    };
    expect(JSON.parse(recordedFacts({ ...decision, shadow }).shadow ?? "")).toEqual(shadow);
  });
});
