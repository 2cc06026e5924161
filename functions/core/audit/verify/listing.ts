import type { ListedObject } from "../digest.ts";
import type { Notebook } from "./finding.ts";
import type { GoodDigest } from "./read-digest.ts";

/** What the digests say of one key: its true content, in the order of the digests. */
export type Signed = { sha256: string; bytes: number; digest: number };
export type Listing = Map<string, Signed[]>;

function take(listing: Listing, item: ListedObject, digest: number, notes: Notebook): void {
  const { key } = item;
  if ("deleteMarker" in item) {
    notes.tell("delete_marker", {
      says: "It was deleted: a delete marker was put over it.",
      place: { key, digest },
      found: `delete marker ${item.versionId}`,
    });
    return;
  }
  const { sha256, bytes } = item;
  const versions = listing.get(key) ?? [];
  const other = versions.find((version) => version.sha256 !== sha256);
  if (other)
    notes.tell("object_replaced", {
      says: `It was replaced: digest ${other.digest} lists another content under this key.`,
      place: { key, digest },
      expected: other.sha256,
      found: `${sha256}, version ${item.versionId}`,
    });
  listing.set(key, [...versions, { sha256, bytes, digest }]);
}

/** Takes the objects of a digest. A key is written once and never again: two contents of one key are a replacement. */
export function takeObjects(listing: Listing, { file, statement }: GoodDigest, notes: Notebook): void {
  for (const item of file.objects) take(listing, item, statement.number, notes);
}
