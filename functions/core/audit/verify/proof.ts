import * as z from "zod";
import { canonicalJson, sha256Hex } from "../../canonical.ts";
import { type From, NOTHING } from "../../grant/transitions.ts";
import { grantId } from "../../ids.ts";
import { epochMs } from "../../time.ts";
import { checkChain, NOT_AN_EVENT } from "../chain.ts";
import { type ChainHead, type DigestFile, openStatement, type PublicKey, type Statement } from "../digest.ts";
import { type AuditEvent, keptEvent } from "../event.ts";
import { inclusionPath, rootFrom } from "../merkle.ts";
import { isMove } from "./chains.ts";

const TYPE = "latchkey-grant-proof";
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A grant's story with what proves it, and nothing about any other grant: its events from the first one on, and the place
 * of its chain's head among the heads that a digest signed.
 */
const grantProof = z.strictObject({
  v: z.literal(1),
  type: z.literal(TYPE),
  grant: grantId,
  /** Bodies in canonical JSON, in order. */
  events: z.array(z.string()).min(1).max(10_000),
  digest: z.strictObject({
    jws: z.string().min(1).max(16_384),
    /** Which of the signed heads it is, from 0, and the hashes that lead from it to their root. */
    index: z.int().min(0),
    path: z.array(hash).max(64),
  }),
});

type ProofProblem =
  | "not_a_proof"
  | "not_canonical"
  | "unknown_version"
  | "unknown_key"
  | "not_signed"
  | "broken_chain"
  | "unknown_event"
  | "not_in_the_digest"
  | "another_grant";
export type ReadProof =
  | { ok: true; grant: string; events: AuditEvent[]; statement: Statement; kid: string }
  | { ok: false; problem: ProofProblem; says: string };

const no = (problem: ProofProblem, says: string): ReadProof => ({ ok: false, problem, says });
const leafOf = (head: ChainHead): string => canonicalJson(head);

/** Makes the proof from a digest whose heads name the grant. Throws when they do not, or there are too few events. */
export function makeProof(
  grant: string,
  events: readonly { body: string }[],
  { jws, heads }: Pick<DigestFile, "jws" | "heads">,
): string {
  const index = heads.findIndex((head) => head.grant === grant);
  const head = heads[index];
  if (!head || events.length < head.sequence) throw new RangeError(`the digest does not fit grant ${grant}`);
  return canonicalJson({
    v: 1,
    type: TYPE,
    grant,
    events: events.slice(0, head.sequence).map(({ body }) => body),
    digest: { jws, index, path: inclusionPath(heads.map(leafOf), index) },
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True when the moves are a path of the transition table. */
function isPath(events: readonly AuditEvent[]): boolean {
  let status: From = NOTHING;
  for (const { type, facts } of events) {
    if (!isMove(status, type, facts.status)) return false;
    status = facts.status as From;
  }
  return true;
}

const link = z.object({ chain: z.object({ previous: hash.nullable() }) });

/** True when each body has the hash of the one before it inside, whatever else is in them. */
const areLinked = (bodies: readonly string[]): boolean =>
  bodies.every((body, index) => {
    const before = bodies[index - 1];
    const previous = before === undefined ? null : sha256Hex(before);
    return link.safeParse(jsonIn(body)).data?.chain.previous === previous;
  });

/**
 * Checks a proof with keys that came from elsewhere: it shows that, when the digest was made, the grant's chain was
 * exactly these events. Nothing of it can be exchanged for a part of another proof: the grant's id is in every event and
 * in the signed leaf, each event is in the next one's hash, the last one's hash is in the leaf, and the leaf's place and
 * path lead to one root only (I-51).
 */
export function readProof(text: string, keys: readonly PublicKey[], wanted?: string): ReadProof {
  const value = jsonIn(text);
  const isLater = typeof value === "object" && value !== null && "type" in value && "v" in value;
  if (isLater && value.type === TYPE && value.v !== 1)
    return no("unknown_version", "The proof is of a version that this verifier does not know.");
  const parsed = grantProof.safeParse(value);
  if (!parsed.success) return no("not_a_proof", "This is not the proof of a grant.");
  const { grant, events: bodies, digest } = parsed.data;
  if (canonicalJson(parsed.data) !== text)
    return no("not_canonical", "The proof is not in canonical JSON: it was changed after it was made.");
  if (wanted !== undefined && wanted !== grant)
    return no("another_grant", `The proof is of grant ${grant}, not of ${wanted}.`);
  const opened = openStatement(digest.jws, keys);
  if (!opened.ok) {
    if (opened.why === "unknown_key")
      return no("unknown_key", `Its digest is signed by key ${opened.kid}, which was not given.`);
    if (opened.why === "unknown_version")
      return no("unknown_version", "Its digest is of a version that this verifier does not know.");
    return no("not_signed", "Its digest is not signed by a key that was given.");
  }
  const kept = bodies.map((body) => ({ body, hash: sha256Hex(body) }));
  const head = { grant, sequence: kept.length, hash: kept.at(-1)?.hash ?? "" };
  const { statement, kid } = opened;
  const at = { index: digest.index, size: statement.heads.count };
  const isSigned = rootFrom(leafOf(head), at, digest.path) === statement.heads.root;
  const broken = checkChain(grant, kept);
  // Signed, and so from a release that this one is older than.
  if (broken?.problem === NOT_AN_EVENT && isSigned && areLinked(bodies))
    return no("unknown_event", `Event ${broken.sequence} is none that this verifier knows.`);
  if (broken) return no("broken_chain", `Event ${broken.sequence} of the chain: ${broken.problem}.`);
  const events = kept.map(({ body }) => keptEvent.parse(JSON.parse(body)));
  if (!isPath(events)) return no("broken_chain", "No grant can have gone that way.");
  if (!isSigned) return no("not_in_the_digest", "The digest did not sign that this grant's chain ends here.");
  if (epochMs(events.at(-1)?.time ?? "") > epochMs(statement.madeAt) + 5 * 60_000)
    return no("not_in_the_digest", "Its last event is newer than the digest.");
  return { ok: true, grant, events, statement, kid };
}
