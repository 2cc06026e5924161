/** What a key is in the record. `keys`: published public keys, which the verifier never believes: it is given its own. */
export type Area = "events" | "quarantine" | "usage" | "digest" | "keys" | "digests?" | "other";

const DAY = /^dt=(\d{4}-\d{2}-\d{2})\//;

export function areaOf(key: string): Area {
  const [first = ""] = key.split("/", 1);
  // What desktops leave in folders (.DS_Store). Athena passes over it too.
  if (/(^|\/)\.[^/]*$/.test(key)) return "other";
  if (first === "events" || first === "quarantine" || first === "usage") return first;
  if (first !== "digests") return "other";
  if (/^digests\/dt=\d{4}-\d{2}-\d{2}\/\d{4}-\d{2}-\d{2}T\d{2}Z\.json$/.test(key)) return "digest";
  return key.startsWith("digests/keys/") ? "keys" : "digests?";
}

/** The day in a key, `yyyy-mm-dd`. */
export const dayOf = (key: string): string | undefined => DAY.exec(key.slice(key.indexOf("/") + 1))?.[1];

/** The key that an object of events must have: its day, its first and last event, its content. */
export const eventsKey = (day: string, first: string, last: string, sha256: string): string =>
  `events/dt=${day}/${first}-${last}-${sha256}.parquet`;
