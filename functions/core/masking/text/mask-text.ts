import { type KnownValue, knownIn } from "../known-values.ts";
import type { Tokens } from "../tokens.ts";
import { encodedRuns } from "./encoded.ts";
import type { Detector, Hit } from "./hit.ts";
import { originalSpan, plainView, unescapedView, type View } from "./view.ts";

type Means = { detectors: readonly Detector[]; tokens: Tokens; known: readonly KnownValue[] };

/** A part of the original text and what it is replaced by. `weight` decides between parts that overlap. */
type Span = { start: number; end: number; replacement: string; weight: number };

/** Escapes within escapes, and encodings within encodings, are followed so far. */
const DEEPEST = 3;

function viewsOf(text: string): View[] {
  const views = [plainView(text)];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const next = unescapedView(views.at(-1) as View);
    if (!next) break;
    views.push(next);
  }
  return views;
}

const replacementFor = ({ class: name, value }: Hit, { tokens }: Means): string => tokens.text(name, value);

/** Of the first reading that holds a value at all what is longest. */
function weightiest(texts: readonly string[], means: Means, depth: number): Span | undefined {
  for (const text of texts) {
    const [first] = spansOf(text, means, depth).sort((a, b) => b.weight - a.weight);
    if (first) return first;
  }
  return undefined;
}

function spansOf(text: string, means: Means, depth: number): Span[] {
  const spans: Span[] = [];
  for (const view of viewsOf(text)) {
    const add = (start: number, end: number, replacement: string, bonus: number) => {
      const [from, to] = originalSpan(view, start, end);
      spans.push({ start: from, end: to, replacement, weight: end - start + bonus });
    };
    for (const detector of means.detectors)
      for (const hit of detector(view.text)) add(hit.start, hit.end, replacementFor(hit, means), 0);
    // What the row says of itself is surer than what a detector makes of it.
    for (const { start, end, replacement } of knownIn(view.text, means.known))
      add(start, end, replacement, 0.5);
    if (depth < DEEPEST)
      for (const { start, end, texts } of encodedRuns(view.text)) {
        const inner = weightiest(texts, means, depth + 1);
        if (inner) add(start, end, inner.replacement, end - start);
      }
  }
  return spans;
}

/** Spans that overlap become one, replaced by what the weightiest of them says. */
function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (!last || span.start >= last.end) {
      all.push({ ...span });
      continue;
    }
    last.end = Math.max(last.end, span.end);
    if (span.weight > last.weight)
      Object.assign(last, { replacement: span.replacement, weight: span.weight });
  }
  return all;
}

/** The parts of a text that hold values, in their order, with what replaces each. */
export const spansIn = (text: string, means: Means): Span[] => merged(spansOf(text, means, 0));

/** The text with each value that is found in it replaced by its token: the one that the value has in a field of its class. */
export function maskText(text: string, means: Means): { text: string; detected: number } {
  const spans = spansIn(text, means);
  let shown = "";
  let at = 0;
  for (const { start, end, replacement } of spans) {
    shown += text.slice(at, start) + replacement;
    at = end;
  }
  return { text: shown + text.slice(at), detected: spans.length };
}
