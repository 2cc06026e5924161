import * as z from "zod";
import { policyBundle, type Rule } from "../../functions/core/policy/bundle.ts";
import type { LocatedRule } from "./cedar.ts";
import type { Report } from "./problem.ts";
import { lineAt } from "./source.ts";
import { blankComments } from "./split-rules.ts";

const ruleShape = policyBundle.shape.rules.element.shape;
const obligationShape = ruleShape.obligation.unwrap().shape;
const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, "must be a whole number from 1")
  .transform(Number);

// Ids that Latchkey itself uses in decisions and beside the rules.
const RESERVED = ["any-ask", "no-rule-allows", "evaluation-failed"];

const annotations = z.strictObject({
  id: ruleShape.id.refine((id) => !RESERVED.includes(id), "is a name that Latchkey uses itself"),
  reason: ruleShape.reason.refine((text) => text.trim() !== "", "must not be empty"),
  approvers: obligationShape.approvers.optional(),
  quorum: wholeNumber.pipe(obligationShape.quorum).optional(),
  stage: wholeNumber.pipe(obligationShape.stage).optional(),
});

/** Line of an annotation of a rule, or of the rule where it has none of that name. */
export function annotationLine({ source, start, text }: LocatedRule, name: string): number {
  const offset = blankComments(text).search(new RegExp(`@${name}\\b`));
  return lineAt(source.text, start + Math.max(0, offset));
}

/** What a rule says in its annotations, or undefined after what is wrong with them was reported. */
export function readRule(located: LocatedRule, report: Report): Rule | undefined {
  const { source, at, json, text } = located;
  const wrong = (name: string, reason: string) =>
    report({ file: source.name, line: annotationLine(located, name), at: `${at}: @${name}`, reason });
  const given = json.annotations ?? {};
  // `@id` without a value is null in JSON: nothing said.
  const parsed = annotations.safeParse(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? ""])),
  );
  if (!parsed.success) {
    const reasons = new Map<string, string>();
    for (const issue of parsed.error.issues) {
      if (issue.code === "unrecognized_keys")
        for (const name of issue.keys) reasons.set(name, "is not a known annotation");
      else {
        const name = String(issue.path[0]);
        if (!reasons.has(name)) reasons.set(name, name in given ? issue.message : "is required");
      }
    }
    for (const [name, reason] of reasons) wrong(name, reason);
    return undefined;
  }
  const { id, reason, approvers, quorum, stage } = parsed.data;
  const plain: Rule = { id, reason, effect: json.effect, text };
  if (approvers === undefined && quorum === undefined && stage === undefined) return plain;
  if (json.effect === "permit") {
    wrong("approvers", "only a forbid can ask for approvers");
    return undefined;
  }
  if (approvers === undefined || quorum === undefined || stage === undefined) {
    const missing = Object.entries({ approvers, quorum, stage }).flatMap(([name, value]) =>
      value === undefined ? [`@${name}`] : [],
    );
    report({
      file: source.name,
      line: lineAt(source.text, located.start),
      at,
      reason: `@approvers, @quorum and @stage belong together: ${missing.join(" and ")} missing`,
    });
    return undefined;
  }
  return { ...plain, obligation: { approvers, quorum, stage } };
}
