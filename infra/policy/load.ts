import { basename, join, resolve } from "node:path";
import { catalogueSchema } from "../../functions/core/catalogue.ts";
import { accessNames } from "../../functions/core/kinds/names.ts";
import { type PolicyBundle, policyBundle, sealBundle } from "../../functions/core/policy/bundle.ts";
import { askContext } from "../../functions/core/policy/context.ts";
import { preparePolicyEngine } from "../../functions/core/policy/engine.ts";
import { type CatalogueFiles, readCatalogue } from "./catalogue-files.ts";
import { checkSchema, validateRules } from "./cedar.ts";
import { checkIdentities, checkPrincipals } from "./check-people.ts";
import { checkResources } from "./check-resources.ts";
import { checkNames, checkRules } from "./check-rules.ts";
import { type Problem, type Report, throwIfAny } from "./problem.ts";
import { readRule } from "./rules.ts";
import { readRuleSources, readSource } from "./source.ts";
import { splitRules } from "./split-rules.ts";

/** Reads and checks the schema and `rules/*.cedar`, in the order of the files' names and of the rules in them. */
function readRules(root: string, files: CatalogueFiles, report: Report) {
  const name = basename(root);
  const schema = readSource(join(root, "schema.cedarschema"), `${name}/schema.cedarschema`, report);
  const sources = readRuleSources(join(root, "rules"), `${name}/rules`, report);
  const split = sources.map((source) => splitRules(source, report));
  const located = split.flatMap((rules) => rules ?? []);
  const rules = located.flatMap((each) => {
    const rule = readRule(each, report);
    return rule ? [{ located: each, rule }] : [];
  });
  if (!split.includes(undefined) && !located.some(({ json }) => json.effect === "permit"))
    report({ file: `${name}/rules`, line: 1, reason: "there is no permit, so every answer would be no" });
  if (schema && checkSchema(schema, report)) validateRules(located, schema, report);
  checkRules(rules, files, report);
  checkNames(located, files, report);
  return { cedarSchema: schema?.text ?? "", rules: rules.map(({ rule }) => rule) };
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
  const errors = accessNames.flatMap((access) => engine(agent, access, resource, context).errors);
  for (const reason of new Set(errors))
    report({ file, line: 1, reason: `an ask cannot be decided: ${reason}` });
}

/**
 * Loads a policy folder: `catalogue/*.yaml`, `schema.cedarschema` and `rules/*.cedar`. Throws one `PolicyError` that
 * lists everything wrong as `policy/catalogue/resources.yaml:14: resources[0].arn: must be an ARN`. Placeholders like
 * `{account}` are left in. The same files give the same version on every machine.
 */
export function loadPolicy(dir: string): PolicyBundle {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const root = resolve(dir);
  const files = readCatalogue(root, basename(root), report);
  checkIdentities(files, report);
  checkPrincipals(files, report);
  checkResources(files, report);
  const rules = readRules(root, files, report);
  throwIfAny(problems);

  const catalogue = catalogueSchema.parse({
    ...files.agents.value,
    ...files.people.value,
    ...files.resources.value,
  });
  const bundle = policyBundle.parse(sealBundle({ catalogue, ...rules }));
  checkAnswers(bundle, `${basename(root)}/schema.cedarschema`, report);
  throwIfAny(problems);
  return bundle;
}
