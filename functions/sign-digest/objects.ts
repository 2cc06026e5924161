import { atOnce } from "../aws/at-once.ts";
import type { Version } from "../aws/audit-versions.ts";
import type { ListedObject } from "../core/audit/digest.ts";
import { byText } from "../core/text.ts";
import type { SignDeps } from "./deps.ts";
import type { Hour } from "./hours.ts";

/** Hashing waits for S3, not for the processor; each holds one chunk of one object. */
const MOST_AT_ONCE = 8;

/** The digests themselves follow each other by their hashes; all else in the bucket is listed. */
const isListed = ({ key }: Version): boolean => !key.startsWith("digests/");

/** `isKnown`: what an earlier digest has dealt with. */
type Times = {
  since: number | undefined;
  until: number;
  isKnown?: ((version: Version) => boolean) | undefined;
};

/**
 * The versions of the whole bucket that were stored at or after `since` and before `until`, all when there is no
 * `since`. Nothing of the record is ever deleted or written over: a marker or a second version of a key is somebody's
 * attempt, so that it is listed, and rings. Once: for the hours that are signed now.
 */
export async function storedBetween(
  { versions, log }: Pick<SignDeps, "versions" | "log">,
  { since = Number.NEGATIVE_INFINITY, until, isKnown = () => false }: Times,
): Promise<Version[]> {
  const stored: Version[] = [];
  let ofKey: Version[] = [];
  const close = () => {
    const [, ...later] = [...ofKey].sort((a, b) => a.storedAt - b.storedAt);
    const isNew = (each: Version) => each.storedAt >= since && each.storedAt < until && !isKnown(each);
    for (const { key, versionId } of ofKey.filter((each) => each.isDeleteMarker && isNew(each)))
      log("digest.deleted", { key, versionId });
    for (const { key, versionId } of later.filter((each) => !each.isDeleteMarker && isNew(each)))
      log("digest.overwritten", { key, versionId });
    stored.push(...ofKey.filter((each) => isListed(each) && isNew(each)));
  };
  for await (const version of versions.list("")) {
    if (ofKey[0] && ofKey[0].key !== version.key) {
      close();
      ofKey = [];
    }
    ofKey.push(version);
  }
  close();
  return stored;
}

/** The versions of one hour as a digest lists them: sorted, each with the hash of what it truly holds. */
export async function listedIn(
  { versions }: Pick<SignDeps, "versions">,
  stored: readonly Version[],
  { from, to }: Hour,
): Promise<ListedObject[]> {
  const ofHour = stored
    .filter(({ storedAt }) => storedAt >= from && storedAt < to)
    .sort((a, b) => byText(a.key, b.key) || byText(a.versionId, b.versionId));
  return atOnce(ofHour, MOST_AT_ONCE, async ({ key, versionId, isDeleteMarker }): Promise<ListedObject> => {
    if (isDeleteMarker) return { key, versionId, deleteMarker: true };
    return { key, versionId, ...(await versions.hash({ key, versionId })) };
  });
}
