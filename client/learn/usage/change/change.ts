import type { Resource } from "../../../../functions/core/catalogue.ts";
import { decideOnce } from "../../../../functions/core/policy/ask.ts";
import { tryCase } from "../../../../functions/core/policy/cases.ts";
import type { PolicyFolder } from "../../../../functions/core/policy/files/folder.ts";
import { PolicyError } from "../../../../functions/core/policy/files/problem.ts";
import { type Loaded, loadWithCases } from "../../../../functions/core/policy/files/with-cases.ts";
import type { Proposal } from "../propose.ts";
import { type FileChange, patchOf } from "./diff.ts";
import { withAccesses, withPart, withWindow } from "./edit.ts";
import { casesText, cedarRule, ruleId, scopeText, slug, type Tried, triedBy } from "./rule.ts";

/** A change of the policy's files that loads: as a patch, and which of its cases would be decided otherwise. */
export type Change = { files: FileChange[]; patch: string; otherwise: string[] };
/** Why there is none: what the policy would have to change beside it. */
export type NoChange = { problem: string };

const RESOURCES = "catalogue/resources.yaml";

/** The folder with some of its files changed, and others added. */
function withFiles(folder: PolicyFolder, files: readonly FileChange[]): PolicyFolder {
  const changed = new Map(files.map(({ path, after }) => [path, after]));
  return {
    name: folder.name,
    read(path) {
      const after = changed.get(path);
      return after === undefined ? folder.read(path) : { value: new TextEncoder().encode(after) };
    },
    list(path) {
      const found = folder.list(path);
      if (!("value" in found)) return found;
      const added = [...changed.keys()].filter((each) => each.startsWith(`${path}/`));
      return { value: [...new Set([...found.value, ...added.map((each) => each.slice(path.length + 1))])] };
    },
  };
}

function loaded(folder: PolicyFolder, files: readonly FileChange[]): Loaded | NoChange {
  try {
    return loadWithCases(withFiles(folder, files));
  } catch (fault) {
    if (fault instanceof PolicyError) return { problem: fault.message };
    throw fault;
  }
}

const isNone = (found: object): found is NoChange => "problem" in found;

/** Cases of the policy that come out as they say now, and would not with the change. */
function decidedOtherwise({ deps, cases }: Loaded, before: Loaded, resource: string): string[] {
  const right = before.cases
    .filter(({ case: each }) => each.ask.resource === resource)
    .filter(({ case: each, input }) => tryCase(before.deps, each, input).wrong.length === 0)
    .map(({ case: each }) => each.name);
  return cases
    .filter(({ case: each }) => right.includes(each.name))
    .filter(({ case: each, input }) => tryCase(deps, each, input).wrong.length > 0)
    .map(({ case: each }) => each.name);
}

/** The rule with cases for and against it, as the policy with the rule decides them. */
function byRule(folder: PolicyFolder, proposal: Proposal, tried: readonly Tried[], first: FileChange[]) {
  const id = ruleId(proposal);
  const files = (with_: readonly Tried[]): FileChange[] => [
    ...first,
    { path: `rules/${id}.cedar`, after: cedarRule(proposal) },
    { path: `cases/${id}.yaml`, after: casesText(id, with_) },
  ];
  const found = loaded(folder, files(tried));
  if (isNone(found)) return found;
  const decided = tried.map((each) => {
    const located = found.cases.find(({ case: { name } }) => name === each.name);
    return located ? { ...each, decision: decideOnce(found.deps, located.input) } : each;
  });
  const [refused] = decided;
  if (refused?.decision?.outcome !== "deny") return { problem: "the rule would refuse nothing" };
  return { files: files(decided), loaded: found };
}

/** The catalogue's file with the proposal in it, where it is a matter of the catalogue alone. */
function inCatalogue(text: string, proposal: Proposal, resource: Resource): string | undefined {
  if (proposal.agent !== undefined) return undefined;
  if (proposal.narrows === "window") return withWindow(text, resource.id, proposal.windowSeconds);
  if (proposal.narrows !== "access") return undefined;
  const left = resource.accesses.filter((each) => each !== proposal.access);
  return withAccesses(text, resource.id, left);
}

/** The named part that a rule of this scope leaves to ask for; nothing where the catalogue has it already. */
function named(text: string, proposal: Proposal, { id, subScopes = [] }: Resource): FileChange[] {
  if (proposal.narrows !== "scope" || proposal.isNamed) return [];
  const taken = new Set(subScopes.map((each) => each.id));
  const said = Object.values(proposal.scope).flat().join(" ");
  const wanted = slug(said, 40);
  const part = {
    id: taken.has(wanted) ? slug(`${wanted}-used`, 48) : wanted,
    description: `What ${proposal.agent ?? "everybody"} uses: ${scopeText(proposal.scope)}`.slice(0, 200),
    scope: proposal.scope,
  };
  const after = withPart(text, id, part);
  return after === undefined ? [] : [{ path: RESOURCES, before: text, after }];
}

export type Changing = { folder: PolicyFolder; before: Loaded; agentOf(proposal: Proposal): string };

/**
 * A proposal as a change of the policy. Loaded before it is shown: one that does not load is told with the reason. What is
 * said of a resource as a whole is the catalogue's; where cases of the policy ask for more than that, and always of one
 * agent, it is a rule.
 */
export function changeFor({ folder, before, agentOf }: Changing, proposal: Proposal): Change | NoChange {
  const found = folder.read(RESOURCES);
  const resource = before.deps.catalogue.resources.find(({ id }) => id === proposal.resource);
  if (!("value" in found) || !resource) return { problem: "the catalogue has no such resource" };
  const text = new TextDecoder().decode(found.value);
  const finished = (files: FileChange[], after: Loaded): Change => ({
    files,
    patch: files.map((file) => patchOf({ ...file, path: `${folder.name}/${file.path}` })).join(""),
    otherwise: decidedOtherwise(after, before, resource.id),
  });
  const after = inCatalogue(text, proposal, resource);
  if (after !== undefined) {
    const files = [{ path: RESOURCES, before: text, after }];
    const result = loaded(folder, files);
    if (!isNone(result)) return finished(files, result);
  }
  const first = named(text, proposal, resource);
  const tried = triedBy(proposal, agentOf(proposal), resource.accesses);
  const result = byRule(folder, proposal, tried, first);
  return isNone(result) ? result : finished(result.files, result.loaded);
}
