import type * as z from "zod";
import type { Catalogue } from "../../catalogue.ts";
import { caseFile, type PolicyCase, type RiskCase, riskCaseFile } from "../case-file.ts";
import { inputOf } from "../cases.ts";
import type { AskInput } from "../context.ts";
import type { PolicyFolder } from "./folder.ts";
import type { Problem, Report } from "./problem.ts";
import { readFolder, readSource, type Source } from "./source.ts";
import { parseYaml } from "./yaml-file.ts";

/** A case with what it asks, and how to speak of its place in its file. */
export type Located<T> = { case: T; input: AskInput; problem(reason: string): Problem };

function readCases<T extends PolicyCase | RiskCase>(
  source: Source,
  schema: z.ZodType<{ cases: T[] }>,
  catalogue: Catalogue,
  report: Report,
): Located<T>[] {
  const { value, problem } = parseYaml(source, schema, report);
  return (value?.cases ?? []).flatMap((each, index) => {
    const at = (reason: string) => problem(["cases", index], `${each.name}: ${reason}`);
    const input = inputOf(catalogue, each);
    if (typeof input !== "string") return [{ case: each, input, problem: at }];
    report(at(input));
    return [];
  });
}

function reportRepeats<T extends PolicyCase | RiskCase>(located: Located<T>[], report: Report): Located<T>[] {
  const names = new Set<string>();
  for (const { case: each, problem } of located) {
    if (names.has(each.name)) report(problem("another case has this name"));
    names.add(each.name);
  }
  return located;
}

/** Reads `cases/*.yaml` of a policy folder: asks that the catalogue understands, each of a name of its own. */
export function readPolicyCases(
  folder: PolicyFolder,
  catalogue: Catalogue,
  report: Report,
): Located<PolicyCase>[] {
  const sources = readFolder(folder, "cases", ".yaml", report);
  const located = sources.flatMap((source) => readCases(source, caseFile, catalogue, report));
  return reportRepeats(located, report);
}

/** Reads `risk-cases.yaml` of a policy folder. */
export function readRiskCases(
  folder: PolicyFolder,
  catalogue: Catalogue,
  report: Report,
): Located<RiskCase>[] {
  const source = readSource(folder, "risk-cases.yaml", report);
  return source ? reportRepeats(readCases(source, riskCaseFile, catalogue, report), report) : [];
}
