import { follow, type Line } from "./digest-chain.ts";
import type { Notebook } from "./finding.ts";
import { takeHeads } from "./heads.ts";
import { takeObjects } from "./listing.ts";
import { areaOf } from "./names.ts";
import { bytesOf } from "./objects.ts";
import { type ReadDigest, readDigest } from "./read-digest.ts";
import type { Run } from "./run.ts";
import { ahead } from "./source.ts";

function tellUnbelieved(digest: Extract<ReadDigest, { ok: false }>, key: string, notes: Notebook): void {
  const { code, says, expected, found } = digest;
  notes.tell(code, {
    says: `This digest cannot be believed: ${says}.`,
    place: { key },
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}

/** Reads the digests in the order of their hours, and takes from each what it signed. */
export async function digestsOf({ source, known, keys, limits, notes, onProgress }: Run): Promise<void> {
  const keysHere = [...known.files.values()].filter((file) => !file.odd).map(({ key }) => key);
  for (const key of keysHere.filter((each) => areaOf(each) === "digests?"))
    notes.tell("digest_misplaced", { says: "No digest has such a name.", place: { key } });
  const files = keysHere.filter((key) => areaOf(key) === "digest").sort();
  if (keys.length === 0) notes.tell("no_key", { says: "No key was given.", place: {} });
  else if (files.length === 0)
    notes.tell("no_digest", { says: "There is no digest: nothing here is signed.", place: {} });
  let line: Line = {};
  let done = 0;
  for await (const [key, read] of ahead(files, (file) => source.read(file, limits.digestBytes))) {
    done += 1;
    onProgress({ phase: "digests", done, total: files.length, bytes: 0, totalBytes: 0, events: 0 });
    const bytes = bytesOf(read, { key }, notes);
    const digest = bytes && readDigest(key, bytes, keys);
    if (!digest?.ok) {
      known.holes += 1;
      // Where its statement is signed the next one must name it; where it is not, nothing is known of it.
      const signed = digest?.code === "digest_misplaced" ? undefined : digest?.statement;
      if (digest) tellUnbelieved(digest, key, notes);
      line = signed ? follow(line, signed, key, notes) : { ...line, previous: "unknown" };
      continue;
    }
    line = follow(line, digest.statement, key, notes);
    known.kids.add(digest.kid);
    known.digests.push({ key, hash: digest.hash, statement: digest.statement });
    takeObjects(known.listing, digest, notes);
    takeHeads(known.heads, digest.file.heads, digest.statement, { key, notes });
  }
}
