import { UNSAFE } from "../../functions/core/unsafe.ts";

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

const safe = (json: string): string =>
  `${json.replace(UNSAFE, (character) =>
    character === "\n" ? character : character.split("").map(escaped).join(""),
  )}\n`;

/** A value as JSON on one line. */
export const jsonLine = (value: unknown): string => safe(JSON.stringify(value));

/**
 * A value as JSON for a program, whole, and for whoever sees it pass on a terminal: what a terminal acts on or does not
 * show is escaped, which is the same value. Outside strings JSON has none of it but line feeds.
 */
export const jsonText = (value: unknown): string => safe(JSON.stringify(value, null, 2));
