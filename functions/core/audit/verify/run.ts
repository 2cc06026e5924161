import { epochMs } from "../../time.ts";
import type { PublicKey, Statement } from "../digest.ts";
import type { Chains } from "./chains.ts";
import type { Finding, Notebook } from "./finding.ts";
import type { Heads } from "./heads.ts";
import type { Held } from "./held.ts";
import type { Listing } from "./listing.ts";
import type { Limits, Listed, Source } from "./source.ts";

export type Progress = {
  phase: "listing" | "digests" | "objects";
  done: number;
  total: number;
  bytes: number;
  totalBytes: number;
  events: number;
};

export type VerifyOptions = {
  source: Source;
  /** The keys that the verifier got from elsewhere than the record. */
  keys: readonly PublicKey[];
  /** A digest that was kept elsewhere. */
  held?: Held;
  /** The grant whose story is wanted. Everything else is checked all the same. */
  grant?: string;
  /** Old events that no digest covers are told of, and no reason to fail. */
  allowUncovered?: boolean;
  /** When the copy was made, where that is known: now, for a bucket. */
  copiedAt?: number;
  limits?: Partial<Limits>;
  onFinding?: (finding: Finding) => void;
  onProgress?: (progress: Progress) => void;
};

/** All that is known of a record while it is read. Events are kept by no more than id and hash. */
export type Known = {
  files: Map<string, Listed>;
  digests: { key: string; hash: string; statement: Statement }[];
  /** Digests that are signed and in their place, whose lists are not believed, or that cannot be opened. */
  holes: number;
  kids: Set<string>;
  listing: Listing;
  heads: Heads;
  chains: Chains;
  seen: Map<string, string>;
  days: Set<string>;
  /** Statement hashes of digests that events of the record tell of, with the end of their hour. */
  announced: Map<string, { to: string; at: number; key: string; event: string }>;
  story: Map<number, { body: string; hash: string }>;
  newest: number;
  counts: {
    objects: number;
    covered: number;
    uncovered: number;
    bytes: number;
    unproven: number;
    usage: number;
    quarantined: number;
  };
};

export const nothingKnown = (): Known => ({
  files: new Map(),
  digests: [],
  holes: 0,
  kids: new Set(),
  listing: new Map(),
  heads: new Map(),
  chains: new Map(),
  seen: new Map(),
  days: new Set(),
  announced: new Map(),
  story: new Map(),
  newest: 0,
  counts: { objects: 0, covered: 0, uncovered: 0, bytes: 0, unproven: 0, usage: 0, quarantined: 0 },
});

export type Run = Required<Pick<VerifyOptions, "source" | "keys" | "onProgress">> & {
  options: VerifyOptions;
  limits: Limits;
  notes: Notebook;
  known: Known;
};

/** From an hour's end until all that happened in it is exported, if the exporter is not very late. */
export const GRACE_MS = 15 * 60_000;

/** The end of what the digests cover; nothing is proven after it. */
export const provenUntil = ({ digests }: Known): number => {
  const last = digests.at(-1);
  return last ? epochMs(last.statement.to) : 0;
};

/** A copy was surely made after this: what happened well before it ought to be in it. */
export const copiedAfter = (known: Known, copiedAt = 0): number =>
  Math.max(
    copiedAt,
    known.newest,
    ...known.digests.slice(-1).map(({ statement }) => epochMs(statement.madeAt)),
  );
