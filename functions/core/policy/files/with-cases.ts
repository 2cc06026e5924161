import type { PolicyCase, RiskCase } from "../case-file.ts";
import type { DecideDeps } from "../decision.ts";
import { preparePolicyEngine } from "../engine.ts";
import { type Located, readPolicyCases, readRiskCases } from "./case-files.ts";
import type { PolicyFolder } from "./folder.ts";
import { loadPolicy } from "./load.ts";
import { type Problem, throwIfAny } from "./problem.ts";

/** A policy that is sound, ready to decide, with all its cases. */
export type Loaded = {
  deps: DecideDeps;
  cases: Located<PolicyCase>[];
  riskCases: Located<RiskCase>[];
  warnings: string[];
};

/** Loads a policy folder with its cases. Throws a `PolicyError` that lists everything wrong with either. */
export function loadWithCases(folder: PolicyFolder): Loaded {
  const warnings: string[] = [];
  const bundle = loadPolicy(folder, (line) => warnings.push(line));
  const problems: Problem[] = [];
  const report = (problem: Problem) => problems.push(problem);
  const { catalogue } = bundle;
  const cases = readPolicyCases(folder, catalogue, report);
  const riskCases = readRiskCases(folder, catalogue, report);
  throwIfAny(problems);
  return { deps: { engine: preparePolicyEngine(bundle), bundle, catalogue }, cases, riskCases, warnings };
}
