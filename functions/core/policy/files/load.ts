import { asResource } from "../../actions/action-type.ts";
import { flatParameters } from "../../actions/values.ts";
import { catalogueSchema } from "../../catalogue.ts";
import { accessNames, PERFORM } from "../../kinds/names.ts";
import { decideOnce } from "../ask.ts";
import { type PolicyBundle, policyBundle, sealBundle } from "../bundle.ts";
import { applyingRules } from "../cases.ts";
import { askContext } from "../context.ts";
import { preparePolicyEngine } from "../engine.ts";
import { riskPolicy } from "../risk.ts";
import { readPolicyCases } from "./case-files.ts";
import { type CatalogueFiles, readCatalogue } from "./catalogue-files.ts";
import { checkSchema, type LocatedRule, validateRules } from "./cedar.ts";
import { checkActions } from "./check-actions.ts";
import { checkOverlaps } from "./check-overlaps.ts";
import { checkDelegations, checkIdentities, checkPrincipals, openMailboxes } from "./check-people.ts";
import { checkResources } from "./check-resources.ts";
import { checkNames, checkRules, type ReadRule } from "./check-rules.ts";
import { checkStarts } from "./check-starts.ts";
import { readFlags } from "./flags-file.ts";
import type { PolicyFolder } from "./folder.ts";
import { type Problem, problemText, type Report, throwIfAny } from "./problem.ts";
import { readRisk } from "./risk-file.ts";
import { annotationLine, readRule } from "./rules.ts";
import { readFolder, readSource } from "./source.ts";
import { splitRules } from "./split-rules.ts";

/** Reads and checks the schema and `rules/*.cedar`, in the order of the files' names and of the rules in them. */
function readRules(folder: PolicyFolder, files: CatalogueFiles, report: Report) {
  const schema = readSource(folder, "schema.cedarschema", report);
  const sources = readFolder(folder, "rules", ".cedar", report);
  const split = sources.map((source) => splitRules(source, report));
  const located = split.flatMap((rules) => rules ?? []);
  const rules = located.flatMap((each) => {
    const rule = readRule(each, report);
    return rule ? [{ located: each, rule }] : [];
  });
  // What breaks the glass permits nothing by itself, and what is on trial nothing at all. `@shadow` is null in JSON.
  const permits = ({ json: { effect, annotations = {} } }: LocatedRule) =>
    effect === "permit" && !("breakGlass" in annotations) && !("shadow" in annotations);
  if (!split.includes(undefined) && !located.some(permits))
    report({
      file: `${folder.name}/rules`,
      line: 1,
      reason: "there is no permit, so every answer would be no",
    });
  if (schema && checkSchema(schema, report)) validateRules(located, schema, report);
  checkRules(rules, files, report);
  checkNames(located, files, report);
  return { cedarSchema: schema?.text ?? "", rules };
}

/**
 * Asks the finished policy one question for each access. A schema that is valid Cedar can still not be the one whose
 * entities and context the engine sends: every answer would then be no, in production, for a reason nobody sees.
 */
function checkAnswers(bundle: PolicyBundle, file: string, report: Report): void {
  const engine = preparePolicyEngine(bundle);
  const [agent] = bundle.catalogue.agents;
  const [resource] = bundle.catalogue.resources;
  if (!agent || !resource) return;
  const context = askContext.parse({ windowSeconds: 60, wholeResource: true, masked: false });
  const [action] = bundle.catalogue.actions ?? [];
  const performed = { ...context, parameters: flatParameters({ number: 1, text: "", flag: true }) };
  const errors = [
    ...accessNames.flatMap((access) => engine(agent, access, resource, context).errors),
    ...(action ? engine(agent, PERFORM, asResource(action), performed).errors : []),
  ];
  for (const reason of new Set(errors.map(({ message }) => message)))
    report({ file, line: 1, reason: `an ask cannot be decided: ${reason}` });
}

/** The groups that rules ask: whose mails decide. */
const askedGroups = (rules: readonly ReadRule[]): string[] =>
  rules.flatMap(({ rule: { obligation } }) =>
    obligation ? [obligation.approvers, ...(obligation.escalateTo ? [obligation.escalateTo] : [])] : [],
  );

/**
 * Every rule must apply in some case: a rule whose condition nothing meets, for a misspelt tag as much as for a window
 * that no ask has, looks like protection and is none.
 */
function checkReachable(
  folder: PolicyFolder,
  bundle: PolicyBundle,
  rules: readonly ReadRule[],
  report: Report,
): void {
  const wrong: Problem[] = [];
  const cases = readPolicyCases(folder, bundle.catalogue, (problem) => wrong.push(problem));
  wrong.forEach(report);
  // What a case that cannot be read would have reached, nobody knows.
  if (wrong.length > 0) return;
  const deps = { engine: preparePolicyEngine(bundle), bundle, catalogue: bundle.catalogue };
  const reached = new Set<string>();
  const untried = new Set(cases);
  const tryUntilReached = (id: string, some: typeof cases) => {
    for (const each of some) {
      if (reached.has(id)) return;
      if (!untried.delete(each)) continue;
      const decision = decideOnce(deps, each.input, each.case.context);
      for (const applies of applyingRules(deps, each.input, decision)) reached.add(applies);
    }
  };
  for (const { rule } of rules) {
    // A case names the rules that it expects: with them few need to be tried.
    const naming = cases.filter(({ case: each }) =>
      [...each.rules, ...(each.shadow ?? [])].includes(rule.id),
    );
    tryUntilReached(rule.id, naming);
    tryUntilReached(rule.id, cases);
  }
  for (const { located, rule } of rules) {
    if (reached.has(rule.id)) continue;
    const line = annotationLine(located, "id");
    const reason = `applies in no case of ${folder.name}/cases: add one in which it does`;
    report({ file: located.source.name, line, at: located.at, reason });
  }
}

/**
 * Loads a policy folder: `catalogue/*.yaml`, `schema.cedarschema`, `rules/*.cedar`, `risk.yaml` and `flags.yaml`; rules
 * `cases/*.yaml` must reach. Throws one `PolicyError` that lists everything wrong as
 * `policy/catalogue/resources.yaml:14: resources[0].arn: must be an ARN`. Placeholders like `{account}` are left in.
 * The same files give the same version on every machine. What is allowed and still unwise is told to `warn`, a line each.
 */
export function loadPolicy(folder: PolicyFolder, warn: (line: string) => void = () => {}): PolicyBundle {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const files = readCatalogue(folder, report);
  checkIdentities(files, report);
  checkPrincipals(files, report);
  checkDelegations(files, report);
  const sound = checkResources(files, report);
  checkActions(files, report);
  checkStarts(files, report);
  const risk = readRisk(folder, files, report);
  const flags = readFlags(folder, report, warn);
  const { cedarSchema, rules } = readRules(folder, files, report);
  checkOverlaps(files, { sound, rules: rules.map(({ located }) => located) }, report);
  throwIfAny(problems);

  const catalogue = catalogueSchema.parse({
    ...files.agents.value,
    ...files.people.value,
    ...files.resources.value,
    ...files.actions.value,
  });
  const content = {
    catalogue,
    cedarSchema,
    rules: rules.map(({ rule }) => rule),
    risk: riskPolicy.parse(risk),
    flags,
  };
  const bundle = policyBundle.parse(sealBundle(content));
  checkAnswers(bundle, `${folder.name}/schema.cedarschema`, report);
  throwIfAny(problems);
  checkReachable(folder, bundle, rules, report);
  throwIfAny(problems);
  for (const problem of openMailboxes(files, askedGroups(rules))) warn(problemText(problem));
  return bundle;
}
