import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import type { Performer } from "../core/actions/performers/performer.ts";
import { checkPermitOf } from "./check-permit.ts";
import type { PerformDeps } from "./deps.ts";
import type { Effect } from "./effect.ts";
import { env } from "./env.ts";
import { performInput } from "./input.ts";
import { perform } from "./perform.ts";
import { stopTaken } from "./stop.ts";

/** The handler of one performer: the same for all but for the hands. */
export function handlerOf<P, L, Call>(performer: Performer<P, L, Call>, effect: Effect<Call>) {
  const { TABLE_NAME, ACCOUNT_ID, ACTION_TYPE } = readEnv(env);
  const { catalogue } = readPolicy(ACCOUNT_ID);
  const type = catalogue.actions?.find(({ id }) => id === ACTION_TYPE);
  if (!type) throw new Error(`the catalogue has no action type ${ACTION_TYPE}`);
  const table = openTable(TABLE_NAME);
  const deps: PerformDeps<P, L, Call> = {
    ...{ table, now, newId, log, type, performer, effect },
    checkPermit: checkPermitOf({ table, now }),
  };
  return run(
    async (given: unknown) => {
      const input = performInput.parse(given);
      if (input.do === "perform") return perform(deps, input);
      return stopTaken(deps as unknown as PerformDeps, input.grantId);
    },
    (given) => performInput.safeParse(given).data?.grantId,
  );
}
