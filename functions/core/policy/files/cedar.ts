import {
  checkParseSchema,
  type DetailedError,
  type PolicyJson,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Report } from "./problem.ts";
import { charOffset, lineAt, type Source } from "./source.ts";

/** One rule as it stands in its file: `start` is the offset of its text, and `at` what problems call it. */
export type LocatedRule = {
  source: Source;
  start: number;
  text: string;
  json: PolicyJson;
  at: string;
};

/** Cedar's message with what it expected and what it suggests, without the id that we gave the policy. */
export function reasonOf(error: DetailedError): string {
  const label = error.sourceLocations?.find((location) => location.label)?.label;
  const text = `${error.message}${label ? `: ${label}` : ""}${error.help ? ` (${error.help})` : ""}`;
  return text.replaceAll(/for policy `[^`]*`, /g, "");
}

/** Where in a text Cedar's error is, as a character offset; its beginning when Cedar does not say. */
export const offsetOf = (error: DetailedError, text: string): number =>
  charOffset(text, error.sourceLocations?.[0]?.start ?? 0);

/** Reports what is wrong with the schema itself. True when rules can be checked against it. */
export function checkSchema(schema: Source, report: Report): boolean {
  const answer = checkParseSchema(schema.text);
  if (answer.type === "success") return true;
  for (const error of answer.errors) {
    report({
      file: schema.name,
      line: lineAt(schema.text, offsetOf(error, schema.text)),
      reason: reasonOf(error),
    });
  }
  return false;
}

/**
 * Validates rules against the schema, strictly. A warning is a problem too: a rule that can never apply, or a string
 * that mixes scripts, is not what its author meant. An attribute that the schema does not have cannot be spoken of, so
 * no rule can be about approvals.
 */
export function validateRules(rules: readonly LocatedRule[], schema: Source, report: Report): void {
  const answer = validate({
    validationSettings: { mode: "strict" },
    schema: schema.text,
    policies: { staticPolicies: Object.fromEntries(rules.map((rule, index) => [`${index}`, rule.text])) },
  });
  const general = answer.type === "failure" ? [...answer.errors, ...answer.warnings] : answer.otherWarnings;
  for (const error of general) report({ file: schema.name, line: 1, reason: reasonOf(error) });
  if (answer.type === "failure") return;
  for (const { policyId, error } of [...answer.validationErrors, ...answer.validationWarnings]) {
    const rule = rules[Number(policyId)];
    if (!rule) throw new Error(`Cedar speaks of a policy ${policyId} that it was not given`);
    const line = lineAt(rule.source.text, rule.start + offsetOf(error, rule.text));
    report({ file: rule.source.name, line, at: rule.at, reason: reasonOf(error) });
  }
}
