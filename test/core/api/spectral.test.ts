import { type RulesetDefinition, Spectral } from "@stoplight/spectral-core";
import owasp from "@stoplight/spectral-owasp-ruleset";
import rulesets from "@stoplight/spectral-rulesets";
import { beforeAll, describe, expect, it } from "vitest";
import { openApiDocument } from "../../../functions/core/api/openapi.ts";
import { exceptions } from "./spectral-exceptions.ts";

type Finding = { rule: string; at: string };

async function findings(document: unknown): Promise<Finding[]> {
  const spectral = new Spectral();
  const oas = rulesets.oas as RulesetDefinition;
  spectral.setRuleset({
    extends: [
      [oas, "recommended"],
      [owasp as RulesetDefinition, "all"],
    ],
  });
  const results = await spectral.run(JSON.stringify(document));
  return results.map(({ code, path }) => ({ rule: String(code), at: path.join(".") }));
}

const isExcepted = ({ rule, at }: Finding) => exceptions.some((one) => one.rule === rule && one.at.test(at));

describe("the contract, by Spectral's rules of OpenAPI and of OWASP's API security", () => {
  let found: Finding[];
  beforeAll(async () => {
    found = await findings(openApiDocument());
  }, 120_000);

  it("breaks none but those that are excepted, with a reason", () => {
    expect(found.filter((each) => !isExcepted(each))).toEqual([]);
  });

  it.each(exceptions)("needs its exception from $rule at $at", ({ rule, at, reason }) => {
    expect(found.some((each) => each.rule === rule && at.test(each.at))).toBe(true);
    expect(reason.length).toBeGreaterThan(5);
  });

  it("would break them with a text and a number without bounds: the rules do look", async () => {
    const document = openApiDocument() as { components: { schemas: { Ask: Record<string, unknown> } } };
    document.components.schemas.Ask = {
      type: "object",
      properties: { purpose: { type: "string" }, windowSeconds: { type: "integer" } },
    };
    const rules = (await findings(document)).filter((each) => !isExcepted(each)).map(({ rule }) => rule);
    expect(rules).toContain("owasp:api4:2023-string-limit");
    expect(rules).toContain("owasp:api4:2023-integer-limit");
  });
});
