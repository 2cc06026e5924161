import { faultFields } from "../aws/log.ts";
import { type Follower, moveOn, readProgress } from "../aws/table/digests.ts";
import { digestKey, type Statement, statementHash } from "../core/audit/digest.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { SignDeps } from "./deps.ts";
import { HOUR_MS } from "./hours.ts";
import { type Kept, readDigest } from "./last.ts";
import { knownKeys } from "./signing-key.ts";

/** Somebody outside who keeps digests, so that a record whose tail was cut off is found (I-50). */
export type Witness = {
  follower: Exclude<Follower, "SIGNED">;
  /** Gives it one digest; a fault when it was not taken. Giving the same twice must do no harm. */
  give(digest: Kept): Promise<void>;
};

/** What a witness missed comes again, oldest first, so many a run: after a long time down it has them all within a day. */
const MOST = 48;

/** Hours have no gaps, so a digest's number says which hour it is of. */
function keyOf(newest: Statement, number: number): string {
  const from = epochMs(newest.from) - (newest.number - number) * HOUR_MS;
  return digestKey({ from: isoMillis(from) });
}

async function catchUp(deps: SignDeps, { follower, give }: Witness, newest: Kept): Promise<void> {
  const last = newest.statement.number;
  // Who has just been named gets the newest, whose chain of hashes speaks for all before it.
  const taken = (await readProgress(deps.table, follower))?.number ?? last - 1;
  const upTo = Math.min(last, taken + MOST);
  const keys = taken + 1 < last ? await knownKeys(deps) : [];
  for (let number = taken + 1; number <= upTo; number += 1) {
    const read =
      number === last
        ? ({ ok: true, kept: newest } as const)
        : await readDigest(deps, keyOf(newest.statement, number), keys);
    if (!read.ok) throw new Error(`digest ${number} cannot be read back: ${read.why}`);
    await give(read.kept);
    const statement = statementHash(read.kept.statement);
    await moveOn(deps.table, follower, { number, statementHash: statement });
  }
}

/** Hands each witness what it has not had yet. Never throws: no witness keeps the next hour from being signed. */
export async function tellWitnesses(deps: SignDeps, newest: Kept): Promise<void> {
  for (const witness of deps.witnesses) {
    try {
      await catchUp(deps, witness, newest);
    } catch (fault) {
      deps.log("digest.not_witnessed", { witness: witness.follower, ...faultFields(fault) });
    }
  }
}
