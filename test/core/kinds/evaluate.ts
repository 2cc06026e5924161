/**
 * A small IAM evaluator, written from AWS's documentation and from nothing in `functions/`, so that a mistake there is
 * not made here too: an explicit Deny wins, then an Allow, else the default is no.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
type OneOrMore = string | string[];
export type PolicyStatement = {
  Effect: "Allow" | "Deny";
  Action?: OneOrMore;
  NotAction?: OneOrMore;
  Resource?: OneOrMore;
  NotResource?: OneOrMore;
  Condition?: Record<string, Record<string, OneOrMore>>;
};
export type PolicyDocument = { Version: string; Statement: PolicyStatement[] };

/**
 * One call as IAM sees it; keys that the request does not have are absent from `context`. Several resources are those of
 * one call that is asked of each: a Glue table with its ancestors, an inference profile with its model.
 */
export type Call = { action: string; resource: OneOrMore; context?: Record<string, OneOrMore> };
export type Verdict = "allow" | "deny" | "no";

const list = (value: OneOrMore): string[] => (Array.isArray(value) ? value : [value]);

/** IAM's patterns: `*` is any text, `?` one character, all else itself. Greedy with one point to come back to. */
export function matches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

/** Policy variables would be filled in before anything is compared: none may ever be in a policy of ours. */
function literal(text: string): string {
  if (text.includes("${")) throw new Error(`policy variable in ${text}`);
  return text;
}

type Operator = (wanted: string[], given: string[] | undefined) => boolean;
const oneOf = (wanted: string[], given: string) => wanted.includes(given);
const single = (given: string[] | undefined, holds: (value: string) => boolean) =>
  given?.length === 1 && holds(given[0] as string);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const operators: Record<string, Operator> = {
  StringEquals: (wanted, given) => single(given, (value) => oneOf(wanted, value)),
  StringLike: (wanted, given) => single(given, (value) => wanted.some((pattern) => matches(pattern, value))),
  // Six parts between colons, each with patterns; a pattern of ours never spans parts, so that it is matched as a whole.
  ArnLike: (wanted, given) => single(given, (value) => wanted.some((pattern) => matches(pattern, value))),
  ArnNotEquals: (wanted, given) =>
    given === undefined || single(given, (value) => wanted.every((pattern) => !matches(pattern, value))),
  Bool: (wanted, given) => single(given, (value) => oneOf(wanted, value)),
  StringNotEquals: (wanted, given) => given === undefined || single(given, (value) => !oneOf(wanted, value)),
  // Negated: true also when the request has no such key.
  StringNotLike: (wanted, given) =>
    given === undefined || single(given, (value) => wanted.every((pattern) => !matches(pattern, value))),
  StringEqualsIfExists: (wanted, given) =>
    given === undefined || single(given, (value) => oneOf(wanted, value)),
  // True when the request has no such key: the trap that Null is there for.
  "ForAllValues:StringEquals": (wanted, given) => (given ?? []).every((value) => oneOf(wanted, value)),
  Null: (wanted, given) => wanted.some((value) => (value === "true") === (given === undefined)),
  DateLessThan: (wanted, given) =>
    single(given, (value) => wanted.some((limit) => Date.parse(value) < Date.parse(limit))),
  DateGreaterThanEquals: (wanted, given) =>
    single(given, (value) => wanted.some((limit) => Date.parse(value) >= Date.parse(limit))),
};

function conditionsHold(statement: PolicyStatement, context: NonNullable<Call["context"]>): boolean {
  // Context keys are told apart without regard to case.
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), list(value)]));
  return Object.entries(statement.Condition ?? {}).every(([name, keys]) => {
    const holds = operators[name];
    if (!holds) throw new Error(`unknown operator ${name}`);
    return Object.entries(keys).every(([key, wanted]) =>
      holds(list(wanted).map(literal), given.get(key.toLowerCase())),
    );
  });
}

const named = (patterns: OneOrMore, action: string) =>
  list(patterns).some((pattern) => matches(literal(pattern).toLowerCase(), action.toLowerCase()));

type SingleCall = Omit<Call, "resource"> & { resource: string };

function applies(statement: PolicyStatement, { action, resource, context = {} }: SingleCall): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  if ((Action === undefined) === (NotAction === undefined)) throw new Error("needs Action or NotAction");
  if ((Resource === undefined) === (NotResource === undefined))
    throw new Error("needs Resource or NotResource");
  const at = (patterns: OneOrMore) => list(patterns).some((pattern) => matches(literal(pattern), resource));
  const hasAction = Action === undefined ? !named(NotAction ?? [], action) : named(Action, action);
  return (
    hasAction &&
    (Resource === undefined ? !at(NotResource ?? []) : at(Resource)) &&
    conditionsHold(statement, context)
  );
}

/** What one policy says of a call: an explicit no, a yes, or nothing. A call on several resources needs a yes for each. */
export function evaluate(policy: PolicyDocument, { resource, ...call }: Call): Verdict {
  const verdicts = list(resource).map((each) => evaluateOne(policy, { ...call, resource: each }));
  if (verdicts.includes("deny")) return "deny";
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === "allow") ? "allow" : "no";
}

function evaluateOne(policy: PolicyDocument, call: SingleCall): Verdict {
  const effects = policy.Statement.filter((statement) => applies(statement, call)).map(
    ({ Effect }) => Effect,
  );
  if (effects.includes("Deny")) return "deny";
  return effects.includes("Allow") ? "allow" : "no";
}
