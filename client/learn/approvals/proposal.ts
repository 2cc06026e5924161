import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { PolicyError } from "../../../functions/core/policy/files/problem.ts";
import { type Loaded, loadWithCases } from "../../../functions/core/policy/files/with-cases.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { type Policy, preparePolicy } from "../replay/replay-ask.ts";
import type { Candidate } from "./candidate.ts";
import { casesFor, casesToTry, failing } from "./cases.ts";
import { appended, type Edit, patchOf, withEdits } from "./edit.ts";
import { type Replayed, replayed } from "./replayed.ts";

/** A candidate whose change was loaded, tried and replayed. */
export type Proposal = Omit<Candidate, "edit" | "touches"> & {
  /** For `git apply`, beside the policy folder: the rule, and cases for it. */
  patch: string;
  /** Cases of the policy that say otherwise once the change is made: somebody wrote them, and looks at them. */
  casesToChange: string[];
  replay: Replayed;
};

const CASES = "cases/learned.yaml";

/** The changed folder as it loads; undefined where it does not. */
function loaded(folder: PolicyFolder): Loaded | undefined {
  try {
    return loadWithCases(folder);
  } catch (fault) {
    if (fault instanceof PolicyError) return undefined;
    throw fault;
  }
}

/** `failed`: the cases that fail as the policy is now. */
type Given = {
  folder: PolicyFolder;
  now: Loaded;
  /** The policy as it is, ready to decide again. */
  before: Policy;
  failed: readonly string[];
  grants: readonly RecordedGrant[];
};

/** True when a change does what it is proposed for, and nothing else: least of all may a tighter rule let more pass. */
function isMeant(kind: Candidate["kind"], found: Replayed): boolean {
  const eased = found.atOnce + found.fewerAsked;
  if (found.otherwise > 0) return false;
  if (kind === "automate") return found.denied + found.shorterCap === 0 && eased > 0;
  if (kind === "shorten") return found.denied + eased === 0;
  return eased + found.shorterCap === 0 && found.denied > 0;
}

/**
 * Tries a candidate as a change of the policy: it has to load as `latchkey policy check` loads it, with a case of its own,
 * and to decide no recorded ask otherwise than it is meant to. What does not is no proposal.
 */
export function proposalOf(
  { folder, now, before, failed, grants }: Given,
  candidate: Candidate,
): Proposal | undefined {
  const { edit, touches, ...said } = candidate;
  const [example] = said.examples;
  const grant = grants.find(({ id }) => id === example);
  if (!grant) return undefined;
  const about = { rule: said.rule, eased: said.kind === "automate" };
  const withCases = (text: string): Edit[] =>
    text === "" ? [edit] : [edit, appended(folder, CASES, { head: "cases:\n", text })];
  const after = loaded(withEdits(folder, withCases(casesToTry(now.deps, grant, about))));
  if (!after) return undefined;
  const replay = replayed({ before, after: preparePolicy(after.deps.bundle) }, grants, touches);
  if (!isMeant(said.kind, replay)) return undefined;
  const isOld = (name: string) => now.cases.some(({ case: each }) => each.name === name);
  return {
    ...said,
    patch: withCases(casesFor(after.deps, grant, about))
      .map((each) => patchOf(folder.name, each))
      .join(""),
    casesToChange: failing(after).filter((name) => isOld(name) && !failed.includes(name)),
    replay,
  };
}
