import type { Version } from "../aws/audit-versions.ts";
import {
  type DigestFile,
  digestKey,
  jwsOf,
  openStatement,
  type PublicKey,
  type Statement,
  signingInput,
  statementHash,
  statement as statementSchema,
  treesOf,
} from "../core/audit/digest.ts";
import { canonicalJson } from "../core/canonical.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { SignDeps } from "./deps.ts";
import { openHeads } from "./heads.ts";
import { HOUR_MS, type Hour, hourOf, hoursOf, settledUntil } from "./hours.ts";
import { type Kept, lastDigest, type Read, readDigest } from "./last.ts";
import { nothingBefore, whatWasLate } from "./late.ts";
import { listedIn, storedBetween } from "./objects.ts";
import { currentKey, knownKeys } from "./signing-key.ts";
import { tellOf } from "./tell.ts";
import { tellWitnesses } from "./witness.ts";

/** What a run did. `left`: hours that another run must sign. */
export type Run = { signed: number; left: number; broken?: string };

/** Of the function's fifteen minutes; what is left is for one hour's hashing, and for the witnesses. */
const MOST_MS = 8 * 60_000;

async function sign(
  { record, signer, now }: SignDeps,
  { hour, previous, key, lists }: Making,
): Promise<{ statement: Statement; file: DigestFile }> {
  const statement = statementSchema.parse({
    v: 1,
    record,
    number: (previous?.number ?? 0) + 1,
    from: isoMillis(hour.from),
    to: isoMillis(hour.to),
    madeAt: isoMillis(now()),
    previous: previous ? statementHash(previous) : null,
    ...treesOf(lists.objects, lists.heads),
  });
  const input = signingInput(statement, key.kid);
  const jws = jwsOf(input, await signer.sign(input));
  // The key's alias may have been moved since it was asked for: never keep what nobody can check.
  const opened = openStatement(jws, [key]);
  if (!opened.ok) throw new Error(`the new digest's signature does not hold: ${opened.why}`);
  return { statement, file: { jws, ...lists } };
}

type Making = {
  hour: Hour;
  previous: Statement | undefined;
  key: PublicKey;
  lists: Pick<DigestFile, "objects" | "heads">;
};

/** Signs one hour and keeps it. When another run was first, its digest is read back and checked as if it were old. */
async function keep(deps: SignDeps, making: Making): Promise<Read> {
  const { statement, file } = await sign(deps, making);
  const key = digestKey(statement);
  const text = canonicalJson(file);
  if ((await deps.put(key, Buffer.from(text, "utf8"))) === "stored")
    return { ok: true, kept: { key, text, jws: file.jws, statement, file } };
  const read = await readDigest(deps, key, await knownKeys(deps));
  if (!read.ok) return read;
  const { number, previous } = read.kept.statement;
  const follows = number === statement.number && previous === statement.previous;
  return follows ? read : { ok: false, why: "another" };
}

/**
 * Where the next digest begins: where the last ended. The first of all begins with the hour of the oldest object, so
 * that nothing that was there before is left out, or with the last hour that is over.
 */
function beginningOf(last: Statement | undefined, stored: readonly Version[], until: number): number {
  if (last) return epochMs(last.to);
  return stored.reduce((first, { storedAt }) => Math.min(first, hourOf(storedAt)), until - HOUR_MS);
}

/** One digest for each whole hour that has none, in order, each following the one before. */
async function catchUp(deps: SignDeps, last: Kept | undefined, run: Run): Promise<Kept | undefined> {
  const began = deps.now();
  const until = settledUntil(began);
  if (last && epochMs(last.statement.to) >= until) {
    deps.log("digest.up_to_date", { number: last?.statement.number });
    return last;
  }
  const key = await currentKey(deps);
  const before = last && whatWasLate(last);
  const stored = await storedBetween(deps, { since: before?.hour.from, until, isKnown: before?.isKnown });
  const headsIn = openHeads(deps);
  const hours = hoursOf(beginningOf(last?.statement, stored, until), until);
  run.left = hours.length;
  let newest = last;
  for (const hour of hours) {
    if (deps.now() - began >= MOST_MS) {
      deps.log("digest.out_of_time", { left: run.left });
      break;
    }
    const late = newest === last ? (before ?? nothingBefore(hour)) : undefined;
    const lists = {
      objects: await listedIn(deps, stored, { ...hour, from: late?.hour.from ?? hour.from }),
      heads: late ? late.withLate(await headsIn(hour), await headsIn(late.hour)) : await headsIn(hour),
    };
    const kept = await keep(deps, { hour, previous: newest?.statement, key, lists });
    if (!kept.ok) {
      run.broken = kept.why;
      break;
    }
    newest = kept.kept;
    await tellOf(deps, newest.statement);
    run.signed += 1;
    run.left -= 1;
  }
  return newest;
}

/**
 * Signs every full hour that is not signed yet. Each step can be done again: a digest is there once by its name, its
 * event once by its number. A chain that does not hold is never signed over: that takes a person (runbook).
 */
export async function signDigests(deps: SignDeps): Promise<Run> {
  const run: Run = { signed: 0, left: 0 };
  const last = await lastDigest(deps, await knownKeys(deps));
  if (!last.ok) {
    deps.log("digest.broken", { because: last.why });
    return { ...run, broken: last.why };
  }
  // A run that died after it had kept a digest has told nobody.
  if (last.kept) await tellOf(deps, last.kept.statement);
  const newest = await catchUp(deps, last.kept, run);
  if (run.broken) deps.log("digest.broken", { because: run.broken });
  else if (newest) await tellWitnesses(deps, newest);
  return run;
}
