import { isAbsolute } from "node:path";
import { canonicalJson } from "../../functions/core/canonical.ts";
import { type Comparison, compareDecisions, type Question } from "../../functions/core/policy/difference.ts";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { PolicyError } from "../../functions/core/policy/files/problem.ts";
import { type Loaded, loadWithCases } from "../../functions/core/policy/files/with-cases.ts";
import { CliError, exitCodes } from "../exit.ts";
import { folderAt } from "./folder.ts";
import { folderInGit } from "./git-folder.ts";
import { isFolder, namedFolder } from "./named.ts";

/** A policy that is compared: what it is called, and its version. */
type Side = { name: string; version: string };
export type Compared = Comparison & { before: Side; after: Side };

/**
 * A folder is written as a path, `./before` or `/tmp/before`. A bare word is a commit and nothing else: a branch that adds
 * a folder called like the commit it is compared with would be compared with itself.
 */
const isPath = (text: string): boolean => isAbsolute(text) || /^\.\.?([/\\]|$)/.test(text);

/** The policy to compare with: a commit of the repository that `dir` lies in, or a folder. */
export function policyBefore(dir: string, against: string): PolicyFolder {
  if (!isPath(against)) return folderInGit(dir, against);
  if (isFolder(against)) return folderAt(against);
  throw new CliError(`There is no folder ${against} to compare with.`, exitCodes.usage);
}

/** Loads one side, or says of which side it is that it cannot be. */
export function loaded(folder: PolicyFolder, side: "before" | "after"): Loaded {
  try {
    return loadWithCases(folder);
  } catch (fault) {
    if (!(fault instanceof PolicyError)) throw fault;
    const what =
      side === "before" ? `The policy to compare with, ${folder.name},` : `The policy in ${folder.name}`;
    throw new CliError(`${what} does not load. ${fault.message}`, exitCodes.config);
  }
}

/** What the cases of both ask, each ask once, whatever they say of its answer. Another source of asks is added here. */
function questionsOf(sides: readonly Loaded[]): Question[] {
  const once = new Map<string, Question>();
  for (const { cases, riskCases } of sides) {
    for (const { case: each } of [...cases, ...riskCases]) {
      const { name, agent, ask, at, context } = each;
      const asked = { agent, ask, ...(at ? { at } : {}), ...(context ? { context } : {}) };
      const key = canonicalJson(asked);
      if (!once.has(key)) once.set(key, { ...asked, name, from: "cases" });
    }
  }
  return [...once.values()];
}

/** Compares a policy folder with another one, or with itself in a commit. */
export function compareWith(dir: string, against: string): Compared {
  const to = namedFolder(dir, "--dir");
  const from = policyBefore(dir, against);
  const [before, after] = [loaded(from, "before"), loaded(to, "after")];
  return {
    before: { name: from.name, version: before.deps.bundle.version },
    after: { name: to.name, version: after.deps.bundle.version },
    ...compareDecisions(before.deps, after.deps, questionsOf([after, before])),
  };
}
