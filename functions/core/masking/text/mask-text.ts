import { type KnownPlace, type KnownValue, knownIn } from "../known-values.ts";
import { REDACTED } from "../redacted.ts";
import type { Tokens } from "../tokens.ts";
import { encodedRuns } from "./encoded.ts";
import type { Detector, Hit } from "./hit.ts";
import { originalSpan, plainView, unescapedView, type View } from "./view.ts";

/** What may still be spent on searching; a row has one for all its texts. Below 0 nothing more is found, and a text is redacted. */
type Work = { left: number };
type Means = {
  detectors: readonly Detector[];
  tokens: Tokens;
  known: readonly KnownValue[];
  work?: Work | undefined;
};

/** A part of the original text and what is found there. `weight` decides between parts that overlap. */
type Found = { start: number; end: number; weight: number; is: Hit | KnownPlace };
export type Span = { start: number; end: number; replacement: string };

/** Escapes within escapes, and encodings within encodings, are followed so far. */
const DEEPEST = 3;
/** In characters. A longer text is redacted whole: searched it could keep a function busy for minutes. */
const LONGEST = 200_000;
/**
 * In characters searched, each time that they are: in every view, in what is encoded, and again for what the row says of
 * itself. A text that is made for it (a digit, a space, a digit, encoded) takes some 20 µs for each, so these take seconds.
 */
export const MOST_WORK = 250_000;
/** A known value is looked for far faster than a detector runs, but also in the shortest text; a place that is found costs what is compared there. */
const viewWork = (length: number, known: number): number => 1 + length + (known * (length + 60)) / 20_000;
const placeWork = (start: number, end: number): number => 5 + (end - start) / 100;

function viewsOf(text: string): View[] {
  const views = [plainView(text)];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const next = unescapedView(views.at(-1) as View);
    if (!next) break;
    views.push(next);
  }
  return views;
}

type Searching = Means & { work: Work };

/** Of the first reading that holds a value at all what is longest. */
function weightiest(texts: readonly string[], means: Searching, depth: number): Found | undefined {
  for (const text of texts) {
    const [first, ...others] = foundIn(text, means, depth);
    if (first) return others.reduce((most, each) => (each.weight > most.weight ? each : most), first);
  }
  return undefined;
}

function foundIn(text: string, means: Searching, depth: number): Found[] {
  const found: Found[] = [];
  const { work } = means;
  for (const view of viewsOf(text)) {
    work.left -= viewWork(view.text.length, means.known.length);
    if (work.left < 0) return found;
    const add = (start: number, end: number, is: Found["is"], bonus = 0) => {
      const [from, to] = originalSpan(view, start, end);
      found.push({ start: from, end: to, weight: end - start + bonus, is });
    };
    for (const detector of means.detectors)
      for (const hit of detector(view.text)) add(hit.start, hit.end, hit);
    // What the row says of itself is surer than what a detector makes of it.
    for (const place of knownIn(view.text, means.known)) {
      add(place.start, place.end, place, 0.5);
      work.left -= placeWork(place.start, place.end);
      if (work.left < 0) return found;
    }
    if (depth === DEEPEST) continue;
    for (const { start, end, texts } of encodedRuns(view.text)) {
      const inner = weightiest(texts, means, depth + 1);
      if (inner) add(start, end, inner.is);
    }
  }
  return found;
}

/** Parts that overlap become one, which the weightiest of them names. */
function merged(found: readonly Found[]): Found[] {
  const all: Found[] = [];
  for (const each of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (!last || each.start >= last.end) {
      all.push({ ...each });
      continue;
    }
    last.end = Math.max(last.end, each.end);
    if (each.weight > last.weight) Object.assign(last, { is: each.is, weight: each.weight });
  }
  return all;
}

/** The parts of a text that hold values, in their order, with what replaces each. */
export const spansIn = (text: string, means: Means): Span[] =>
  merged(foundIn(text, { ...means, work: means.work ?? { left: MOST_WORK } }, 0)).map(
    ({ start, end, is }) => ({
      ...{ start, end },
      replacement: "replacement" in is ? is.replacement : means.tokens.text(is.class, is.value),
    }),
  );

/** The text with each value that is found in it replaced by its token: the one that the value has in a field of its class. */
export function maskText(text: string, means: Means): { text: string; detected: number } {
  const work = means.work ?? { left: MOST_WORK };
  const spans = text.length > LONGEST ? [] : spansIn(text, { ...means, work });
  if (text.length > LONGEST || work.left < 0) return { text: REDACTED, detected: 1 };
  let shown = "";
  let at = 0;
  for (const { start, end, replacement } of spans) {
    shown += text.slice(at, start) + replacement;
    at = end;
  }
  return { text: shown + text.slice(at), detected: spans.length };
}
