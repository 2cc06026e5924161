import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { Manifest } from "./manifest.ts";
import type { PackFiles } from "./read-pack.ts";
import type { Keys, Opened } from "./signed.ts";

/** `tampered`: something is not as it was made. `cannot_tell`: nothing is known to be wrong, and something is not proved. */
export type Finding = { weight: "tampered" | "cannot_tell"; says: string };
export const tampered = (says: string): Finding => ({ weight: "tampered", says });
export const doubt = (says: string): Finding => ({ weight: "cannot_tell", says });

type Failed = Extract<Opened, { ok: false }>["why"];
export const FAULTS: Readonly<Record<Failed, string>> = {
  unreadable: "is no signature",
  unknown_key: "is by another key than Latchkey's",
  old_key: "is by a key that Latchkey did not use at that time",
  forged: "does not hold: what it says was changed, or another key made it",
  other: "is of another access review",
};

export type Given = {
  found: PackFiles;
  /** Keys that whoever asks holds from elsewhere; without them those of the pack are used, which prove nothing of who signed. */
  keys?: Keys;
  /** What the record tells of the grants by which this was signed and signed off; absent where no record is at hand. */
  grants?: ReadonlyMap<string, RecordedGrant>;
};
/** A pack whose manifest was read, and the keys that its signatures are held to. */
export type Context = Given & { manifest: Manifest; digest: string; trusted: Keys };

/** Whether the record knows a grant as the asking of exactly this. */
export function isAsRecorded(
  grant: RecordedGrant | undefined,
  type: string,
  parameters: object,
): grant is RecordedGrant {
  if (grant?.resource !== type) return false;
  return String((grant.scope as { parameters?: unknown })?.parameters) === canonicalJson(parameters);
}
