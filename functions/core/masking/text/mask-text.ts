import type { KnownValue } from "../known-values.ts";
import type { Tokens } from "../tokens.ts";
import type { Detector } from "./detectors.ts";

type Means = { detectors: readonly Detector[]; tokens: Tokens; known: readonly KnownValue[] };

/** To be done: until then nothing of a free text is passed. */
export function maskText(text: string, means: Means): { text: string; detected: number } {
  return { text: `[redacted]`, detected: text.length + means.known.length > 0 ? 1 : 0 };
}
