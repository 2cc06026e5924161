import { invalid, keyProblem } from "../aws/http/input.ts";
import type { Call } from "../aws/http/signed-api.ts";
import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import { idempotencyPut, readIdempotency } from "../aws/table/principals.ts";
import type { Write } from "../aws/table/transaction.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { digestOf } from "../core/canonical.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";

/** An ask with a key: whose key it is (a principal's unique id), and the hash of what was asked. */
export type Keyed = { principal: string; key: string; bodyHash: string };

/**
 * Reads an ask's key, which may come as a header or as a field; the two must not differ. No key is fine. `base`: the grant
 * that is extended.
 */
export function keyOf(
  call: Call,
  body: AskBody,
  base?: string,
): { ok: true; keyed?: Keyed } | { ok: false; refusal: Refusal } {
  const { idempotencyKey: header, principal } = call;
  const { clientId, ...asked } = body;
  const wrong = keyProblem(header);
  if (wrong) return { ok: false, refusal: wrong };
  if (header !== undefined && clientId !== undefined && header !== clientId) {
    return { ok: false, refusal: invalid("clientId", "differs from the Idempotency-Key header") };
  }
  const key = header ?? clientId;
  if (key === undefined || body.dryRun) return { ok: true };
  return {
    ok: true,
    keyed: {
      principal: principal.caller.uniqueId,
      key,
      bodyHash: digestOf(base === undefined ? asked : { ...asked, extends: base }),
    },
  };
}

/** Same key, principal and body: the same grant. Another body: 409. Another principal: independent (I-38). */
export async function earlierGrant(
  table: Table,
  keyed: Keyed | undefined,
): Promise<Grant | Refusal | undefined> {
  if (!keyed) return undefined;
  const earlier = await readIdempotency(table, keyed.principal, keyed.key);
  if (!earlier) return undefined;
  if (earlier.bodyHash !== keyed.bodyHash) return refusal("idempotency_conflict");
  return readGrant(table, earlier.grantId);
}

/** Claims the key for a grant, in the ask's own transaction. */
export function keyWrites(table: Table, keyed: Keyed | undefined, grantId: string): Write[] {
  if (!keyed) return [];
  return [idempotencyPut(table, keyed.principal, keyed.key, { grantId, bodyHash: keyed.bodyHash })];
}
