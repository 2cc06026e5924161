import type { Version } from "../aws/audit-versions.ts";
import type { ChainHead, DigestFile } from "../core/audit/digest.ts";
import { byText } from "../core/text.ts";
import { epochMs } from "../core/time.ts";
import { HOUR_MS, type Hour } from "./hours.ts";
import type { Kept } from "./last.ts";

type Late = {
  /** The last digest's hour, which is looked at once more. */
  hour: Hour;
  /** True of a version from before the last digest's end that it lists, or that no digest does. */
  isKnown(version: Version): boolean;
  /** This hour's heads, and those of the hour before that its own digest lacks: each chain once, where it stood last. */
  withLate(heads: readonly ChainHead[], before: readonly ChainHead[]): ChainHead[];
};

function lateAfter({ objects, heads }: Pick<DigestFile, "objects" | "heads">, hour: Hour): Late {
  const listed = new Set(objects.map(({ key, versionId }) => `${key}\u0000${versionId}`));
  const named = new Map(heads.map(({ grant, sequence }) => [grant, sequence]));
  return {
    hour,
    isKnown: ({ key, versionId, storedAt }) =>
      storedAt < hour.to && (key.startsWith("digests/") || listed.has(`${key}\u0000${versionId}`)),
    withLate(now, before) {
      const late = before.filter(({ grant, sequence }) => (named.get(grant) ?? 0) < sequence);
      const all = new Map([...late, ...now].map((head) => [head.grant, head]));
      return [...all.values()].sort((a, b) => byText(a.grant, b.grant));
    },
  };
}

/**
 * What the last digest ought to have listed and did not, the next one lists: an index of the table may be behind, or the
 * signer's clock have been an hour ahead, so that the hour was not over. Without this it would look made up for ever.
 */
export const whatWasLate = ({ file, statement }: Kept): Late =>
  lateAfter(file, { from: epochMs(statement.from), to: epochMs(statement.to) });

/** The first digest of all begins with the oldest object, whose events may have happened just before its hour. */
export const nothingBefore = ({ from }: Hour): Late =>
  lateAfter({ objects: [], heads: [] }, { from: from - HOUR_MS, to: from });
