import * as z from "zod";
import { policyBundle, type Rule } from "../bundle.ts";
import { EVALUATION_FAILED } from "../decided.ts";
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

const UNIT_SECONDS: Record<string, number> = { m: 60, h: 3_600, d: 86_400 };
const duration = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhd]$/, "must be a whole number of minutes, hours or days, like 15m, 4h or 2d")
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_SECONDS[text.slice(-1)] ?? Number.NaN));
const between = (least: string, most: string) => `must be from ${least} to ${most}`;

// Ids that Latchkey itself uses in decisions and beside the rules.
const RESERVED = [
  "any-ask",
  "no-rule-allows",
  EVALUATION_FAILED,
  "no-break-glass",
  "break-glass-review-open",
];

const annotations = z.strictObject({
  id: ruleShape.id.refine((id) => !RESERVED.includes(id), "is a name that Latchkey uses itself"),
  reason: ruleShape.reason.refine((text) => text.trim() !== "", "must not be empty"),
  approvers: obligationShape.approvers.optional(),
  quorum: wholeNumber.pipe(obligationShape.quorum).optional(),
  stage: wholeNumber.pipe(obligationShape.stage).optional(),
  within: duration
    .refine((seconds) => obligationShape.within.safeParse(seconds).success, between("5m", "7d"))
    .optional(),
  escalate: obligationShape.approvers.optional(),
  exclude: z.literal("team", 'must be "team"').optional(),
  channel: z.literal("signed", 'must be "signed"').optional(),
  maxWindow: duration
    .refine((seconds) => ruleShape.maxWindowSeconds.safeParse(seconds).success, between("1m", "12h"))
    .optional(),
  breakGlass: z.literal("true", 'must be "true"').optional(),
  shadow: z.literal("", "has no value: write @shadow").optional(),
});
type Annotations = z.infer<typeof annotations>;
type Name = keyof Annotations;

const TOGETHER: readonly Name[] = ["approvers", "quorum", "stage"];
const OF_OBLIGATIONS: readonly Name[] = [...TOGETHER, "within", "escalate", "exclude", "channel"];
const OF_PERMITS: readonly Name[] = ["maxWindow", "breakGlass"];

/** Line of an annotation of a rule, or of the rule where it has none of that name. */
export function annotationLine({ source, start, text }: LocatedRule, name: string): number {
  const offset = blankComments(text).search(new RegExp(`@${name}\\b`));
  return lineAt(source.text, start + Math.max(0, offset));
}

type Wrong = (name: string, reason: string) => void;

/** The annotations, each of its form; undefined after what is wrong with them was reported. */
function readAnnotations({ json }: LocatedRule, wrong: Wrong): Annotations | undefined {
  const given = json.annotations ?? {};
  // `@id` without a value is null in JSON: nothing said.
  const parsed = annotations.safeParse(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? ""])),
  );
  if (parsed.success) return parsed.data;
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

/** What a rule says in its annotations, or undefined after what is wrong with them was reported. */
export function readRule(located: LocatedRule, report: Report): Rule | undefined {
  const { source, at, json, text } = located;
  const wrong: Wrong = (name, reason) =>
    report({ file: source.name, line: annotationLine(located, name), at: `${at}: @${name}`, reason });
  const read = readAnnotations(located, wrong);
  if (!read) return undefined;
  const said = (names: readonly Name[]) => names.filter((name) => read[name] !== undefined);
  const [misplaced] = said(json.effect === "permit" ? OF_OBLIGATIONS : OF_PERMITS);
  if (misplaced) {
    const why = json.effect === "permit" ? "a forbid can ask for approvers" : "a permit can let pass";
    wrong(misplaced, `only ${why}`);
    return undefined;
  }
  const { id, reason, approvers, quorum, stage, within, escalate, exclude, channel } = read;
  const rule: Rule = {
    ...{ id, reason, effect: json.effect, text },
    ...(read.maxWindow === undefined ? {} : { maxWindowSeconds: read.maxWindow }),
    ...(read.breakGlass === undefined ? {} : { breakGlass: true }),
    ...(read.shadow === undefined ? {} : { shadow: true }),
  };
  if (said(OF_OBLIGATIONS).length === 0) return rule;
  if (approvers === undefined || quorum === undefined || stage === undefined) {
    const missing = TOGETHER.filter((name) => read[name] === undefined).map((name) => `@${name}`);
    report({
      file: source.name,
      line: lineAt(source.text, located.start),
      at,
      reason: `@approvers, @quorum and @stage belong together: ${missing.join(" and ")} missing`,
    });
    return undefined;
  }
  const obligation = {
    ...{ approvers, quorum, stage },
    ...(within === undefined ? {} : { within }),
    ...(escalate === undefined ? {} : { escalateTo: escalate }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(channel === undefined ? {} : { channel }),
  };
  return { ...rule, obligation };
}
