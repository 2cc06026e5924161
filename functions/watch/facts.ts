import { readGrant } from "../aws/table/grants.ts";
import { functionName } from "../core/capabilities.ts";
import type { Fact } from "../core/watch/fact.ts";
import { factsOfEvent } from "../core/watch/facts.ts";
import type { RoleAssumed } from "../core/watch/use.ts";
import { factsOfAssumed, factsOfUse, grantOfSession } from "../core/watch/use-facts.ts";
import type { WatchDeps } from "./deps.ts";
import type { Watched } from "./input.ts";

/** What an AssumeRole means. Its grant's claim was written before the call, and is read strongly consistent: CloudTrail is later. */
async function ofAssumed({ table, accountId }: WatchDeps, assumed: RoleAssumed): Promise<Fact[]> {
  const id = grantOfSession(assumed.session);
  const grant = id === undefined ? undefined : await readGrant(table, id);
  const byFunction = (name: "mint-credentials" | "prove-denial") =>
    `${accountId}:assumed-role/${functionName(name)}`;
  const { account, role } = assumed;
  return factsOfAssumed(assumed, grant, {
    role: account === accountId ? role : `${account}/${role}`,
    minter: byFunction("mint-credentials"),
    prover: byFunction("prove-denial"),
  });
}

/** Everything that one event tells the rules. */
export async function factsOf(
  deps: WatchDeps,
  watched: Exclude<Watched, { kind: "again" }>,
): Promise<Fact[]> {
  switch (watched.kind) {
    case "event":
      return factsOfEvent(watched.event, deps.catalogue);
    case "used":
      return factsOfUse(watched.used, await readGrant(deps.table, watched.used.grant));
    case "assumed":
      return ofAssumed(deps, watched.assumed);
    case "other":
      return [];
  }
}
