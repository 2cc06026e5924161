import * as z from "zod";
import { classNames, type FieldClass } from "./classes.ts";
import { keyOf, type Step, stepsOf } from "./paths.ts";

const path = z
  .string()
  .min(1, "must not be empty")
  .max(300, "must be at most 300 characters")
  .refine(
    (text) => stepsOf(text) !== undefined,
    'must be names joined by dots, with [] for each element, {} for each value and {key} at the end for the keys of a map, such as "items[].sku"',
  );

/** Classes by method. `keep` is for what is declared to be nothing personal; `date` and `number` have too few values for tokens of their own. */
const tokenClasses = [
  ...(["email", "name", "phone", "national-id", "card", "iban", "ip", "address"] as const),
  ...(["postcode", "id", "free-text"] as const),
] as const satisfies readonly FieldClass[];
const formatClasses = [
  ...(["email", "name", "phone", "national-id", "card", "iban", "ip", "postcode", "id"] as const),
] as const satisfies readonly FieldClass[];

const can = (method: string, names: readonly string[]) =>
  `cannot have method ${method}: that is for ${names.join(", ")}`;

const byMethod = z.discriminatedUnion("method", [
  z.strictObject({
    path,
    method: z.literal("token"),
    class: z.enum(tokenClasses, can("token", tokenClasses)),
  }),
  z.strictObject({
    path,
    method: z.literal("format"),
    class: z.enum(formatClasses, can("format", formatClasses)),
  }),
  z.strictObject({
    path,
    method: z.literal("bucket"),
    class: z.enum(["date", "number", "postcode"], can("bucket", ["date", "number", "postcode"])).optional(),
    /** Dates: the first day of their month or year. Postcodes: their area. */
    to: z.enum(["month", "year", "area"], "must be month, year or area").optional(),
    /** Numbers: the lower end of their range. What is outside `min` and `max` counts as one of these. */
    step: z.number().positive("must be more than 0").optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({ path, method: z.literal("redact"), class: z.enum(classNames).optional() }),
  z.strictObject({
    path,
    method: z.literal("random"),
    class: z.literal("category", can("random", ["category"])).optional(),
    /** What is drawn from, in every row anew. Absent: a text that means nothing. */
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(2, "must be at least two values")
      .max(200, "must be at most 200 values")
      .optional(),
  }),
  z.strictObject({
    path,
    method: z.literal("keep"),
    class: z.literal("none", "must be none: keep is for what is declared to be nothing personal"),
  }),
]);

export type FieldRule = z.infer<typeof byMethod>;
export type BucketRule = Extract<FieldRule, { method: "bucket" }>;

const KEY_METHODS: readonly string[] = ["token", "redact", "random", "keep"];

/** What is wrong with a rule as a whole, as a sentence for the catalogue's author. */
function troubleWith(rule: FieldRule): string | undefined {
  if (rule.path.endsWith("{key}")) {
    if (!KEY_METHODS.includes(rule.method))
      return `keys can have ${KEY_METHODS.join(", ")}, not ${rule.method}`;
    if (rule.method === "token" && rule.class === "free-text")
      return "keys cannot be free text: name their class";
    if (rule.method === "random" && rule.values) return "keys cannot be drawn from values: two would be one";
  }
  return rule.method === "bucket" ? bucketTrouble(rule) : undefined;
}

function bucketTrouble({ to, step, min, max, class: given }: BucketRule): string | undefined {
  if ((to === undefined) === (step === undefined)) return "a bucket needs either to or step";
  if (step === undefined && (min !== undefined || max !== undefined)) return "min and max go with step";
  if (min !== undefined && max !== undefined && min >= max) return "min must be less than max";
  const meant = bucketClass({ to });
  return given !== undefined && given !== meant
    ? `class ${given} does not go with ${to === undefined ? "step" : `to: ${to}`}, which is for ${meant}`
    : undefined;
}

/** What a bucket holds, whether or not the rule says so. */
export const bucketClass = ({ to }: Pick<BucketRule, "to">): "date" | "number" | "postcode" =>
  to === undefined ? "number" : to === "area" ? "postcode" : "date";

/** Two rules of which one stands where the other expects something else. */
function clash(a: Step[], b: Step[]): string | undefined {
  const at = a.findIndex(
    (step, index) => keyOf([step]) !== (b[index] === undefined ? "" : keyOf([b[index]])),
  );
  if (at < 0)
    return a.length === b.length ? "is named twice" : "is both a value and something that holds values";
  const [here, there] = [a[at], b[at]];
  if (there === undefined) return "is both a value and something that holds values";
  const form = (step: Step | undefined) => (typeof step === "object" ? "." : step === "{key}" ? "{}" : step);
  return form(here) === form(there)
    ? undefined
    : "is of two forms: members by name, [] and {} exclude each other";
}

/** The fields of a resource whose reads are masked. A field that no rule names is masked all the same. */
export const fieldRules = z
  .array(byMethod)
  .min(1, "must name at least one field")
  .max(500, "must be at most 500 fields")
  .superRefine((rules, context) => {
    const before: { path: string; steps: Step[] }[] = [];
    for (const [index, rule] of rules.entries()) {
      const tell = (message: string) => context.addIssue({ code: "custom", message, path: [index] });
      const trouble = troubleWith(rule);
      if (trouble) tell(trouble);
      const steps = stepsOf(rule.path) ?? [];
      const other = before.find((each) => clash(each.steps, steps));
      if (other)
        tell(
          `${rule.path} ${clash(other.steps, steps)}${other.path === rule.path ? "" : `: see ${other.path}`}`,
        );
      before.push({ path: rule.path, steps });
    }
  });

const ruleAt = (rules: readonly FieldRule[], wanted: string): FieldRule | undefined => {
  const steps = stepsOf(wanted);
  return steps && rules.find(({ path }) => keyOf(stepsOf(path) ?? []) === keyOf(steps));
};

/** Whether some rule names this field. To ask for another is the caller's error. */
export const isKnown = (rules: readonly FieldRule[], path: string): boolean =>
  ruleAt(rules, path) !== undefined;

/** Whether what this field shows is other than what it holds; also when no rule names it. Nothing filters, sorts or groups by such a field. */
export const isMasked = (rules: readonly FieldRule[], path: string): boolean =>
  ruleAt(rules, path)?.method !== "keep";
