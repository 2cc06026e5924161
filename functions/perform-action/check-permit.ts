import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { readPermitKeys } from "../aws/table/permit-keys.ts";
import { openPermit } from "../core/actions/permit.ts";
import { parametersOf } from "../core/actions/view.ts";
import { jwksOf } from "../core/audit/jwks.ts";
import { digestOf } from "../core/canonical.ts";
import type { Grant } from "../core/grant/grant.ts";

/**
 * The id of the permit that lies beside an action, once it is known to be signed by `issue-permit`, which alone can, to be
 * in its time, and to be for this grant and these very parameters: whoever could write the table could not have this done.
 */
export const checkPermitOf =
  ({ table, now }: { table: Table; now: Now }) =>
  async (permit: string | undefined, grant: Grant): Promise<string> => {
    const { keys } = jwksOf(await readPermitKeys(table));
    const opened = permit === undefined ? undefined : await openPermit(permit, keys, now());
    if (!opened?.ok) throw new Error(`grant ${grant.id}: its permit is ${opened?.why ?? "not there"}`);
    const { grant: id, type, sub, aud, parametersDigest, jti } = opened.claims;
    const isFor =
      id === grant.id &&
      type === grant.resource.id &&
      sub === grant.agent.id &&
      aud === grant.resource.settings?.audience &&
      parametersDigest === digestOf(parametersOf(grant));
    if (!isFor) throw new Error(`grant ${grant.id}: its permit is for another action`);
    return jti;
  };
