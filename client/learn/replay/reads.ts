import { type Expr, type PolicyJson, policyToJson, policyToText } from "@cedar-policy/cedar-wasm/nodejs";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";

/** A fact of an ask that a rule may read. */
export type Fact = keyof AskContext;
/** Stands for every fact: the rule speaks of the context as a whole. */
const ALL = "*";

const PARAMETERS = ["numbers", "texts", "flags"];
const factOf = (attribute: string): string => (PARAMETERS.includes(attribute) ? "parameters" : attribute);

const isObject = (node: unknown): node is Record<string, unknown> =>
  typeof node === "object" && node !== null;
const isContext = (node: unknown): boolean => isObject(node) && node.Var === "context";

/**
 * The attributes of the context in an expression in Cedar's JSON form: `context.x` is `{".": {left, attr}}`, `context has x`
 * is `{"has": {left, attr}}`. A literal holds none. https://docs.cedarpolicy.com/policies/json-format.html#JsonExpr-objects
 */
function readsIn(node: unknown): string[] {
  if (!isObject(node)) return [];
  if (isContext(node)) return [ALL];
  return Object.entries(node).flatMap(([operator, inner]) => {
    if (operator === "Value") return [];
    const isAccess = (operator === "." || operator === "has") && isObject(inner) && isContext(inner.left);
    return isAccess && typeof inner.attr === "string" ? [factOf(inner.attr)] : readsIn(inner);
  });
}

const readsAny = (node: unknown, facts: readonly Fact[]): boolean => {
  const reads = readsIn(node);
  return reads.includes(ALL) || facts.some((fact) => reads.includes(fact));
};

/** The parts of a chain of one operator: `a && b && c` is three. */
function partsOf(expression: Expr, operator: "&&" | "||"): Expr[] {
  const pair = (expression as Record<string, { left: Expr; right: Expr } | undefined>)[operator];
  return pair ? [...partsOf(pair.left, operator), ...partsOf(pair.right, operator)] : [expression];
}

/** `unless { a || b }` is neither a nor b. */
const operatorOf = (kind: "when" | "unless") => (kind === "when" ? "&&" : "||");

/** A condition without what reads one of these facts: no narrower than it was, whatever they were. */
function withoutFacts(
  { kind, body }: PolicyJson["conditions"][number],
  facts: readonly Fact[],
): PolicyJson["conditions"] {
  const operator = operatorOf(kind);
  const [first, ...rest] = partsOf(body, operator).filter((part) => !readsAny(part, facts));
  if (!first) return [];
  const together = rest.reduce((left, right) => ({ [operator]: { left, right } }) as Expr, first);
  return [{ kind, body: together }];
}

/** A rule in Cedar's JSON form. */
export function jsonOf({ id, text }: Rule): PolicyJson {
  const parsed = policyToJson(text);
  if (parsed.type === "success") return parsed.json;
  throw new Error(`rule ${id}: ${parsed.errors.map(({ message }) => message).join("; ")}`);
}

const EVERY = Object.keys(askContext.shape) as Fact[];

/** The facts that a rule reads. */
export function factsReadIn({ conditions }: PolicyJson): Fact[] {
  const reads = readsIn(conditions);
  return reads.includes(ALL) ? EVERY : EVERY.filter((fact) => reads.includes(fact));
}

/** Which of these facts a rule reads. */
export function factsRead(rule: Rule, facts: readonly Fact[]): Fact[] {
  const reads = factsReadIn(jsonOf(rule));
  return facts.filter((fact) => reads.includes(fact));
}

/** Operators of which no evaluation of a valid rule fails; others overflow, or take a text for an address or a decimal. */
const SOUND = new Set([
  ...["Value", "Var", "Set", "Record", ".", "has", "hasTag", "getTag", "is", "in", "like", "if-then-else"],
  ...["&&", "||", "!", "==", "!=", "<", "<=", ">", ">=", "contains", "containsAll", "containsAny", "isEmpty"],
]);

const failsIn = (expression: unknown): boolean =>
  isObject(expression) &&
  Object.entries(expression).some(([operator, inner]) => {
    if (!SOUND.has(operator)) return true;
    if (operator === "Value" || operator === "Var") return false;
    // A list of expressions, an expression by name in a record, or the operands by name, of which some are no expressions.
    if (operator === "Set") return (inner as unknown[]).some(failsIn);
    if (!isObject(inner)) return false;
    const operands = operator === "Record" ? Object.values(inner) : OPERANDS.map((name) => inner[name]);
    return operands.some(failsIn);
  });
const OPERANDS = ["left", "right", "arg", "if", "then", "else", "in"];

/** A rule's head as a rule: it applies wherever the rule itself is evaluated. */
export function headAlone(rule: Rule): Rule {
  const written = policyToText({ ...jsonOf(rule), conditions: [] });
  if (written.type === "failure")
    throw new Error(`rule ${rule.id}: ${written.errors.map(({ message }) => message).join("; ")}`);
  return { ...rule, text: written.text };
}

/** A number that JSON would round, so that the rule written anew would be another. */
const TOO_LONG = /\d{16}/;

/** True of a rule that may fail in what it says of these facts: every ask on which it does is a no. */
export function canFail(rule: Rule, facts: readonly Fact[]): boolean {
  const isRounded = TOO_LONG.test(rule.text);
  return jsonOf(rule).conditions.some(({ kind, body }) =>
    partsOf(body, operatorOf(kind)).some((part) => (isRounded || readsAny(part, facts)) && failsIn(part)),
  );
}

/** A rule without what it says of these facts: it applies wherever the rule itself could, whatever they were. */
export function weakened(rule: Rule, facts: readonly Fact[]): Rule {
  const json = jsonOf(rule);
  const kept = TOO_LONG.test(rule.text) ? [] : json.conditions;
  const conditions = kept.flatMap((each) => withoutFacts(each, facts));
  const written = policyToText({ ...json, conditions });
  if (written.type === "failure")
    throw new Error(`rule ${rule.id}: ${written.errors.map(({ message }) => message).join("; ")}`);
  return { ...rule, text: written.text };
}
