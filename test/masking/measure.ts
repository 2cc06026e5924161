import { allDetectors } from "../../functions/core/masking/text/detectors.ts";
import { spansIn } from "../../functions/core/masking/text/mask-text.ts";
import { tokensFor } from "../../functions/core/masking/tokens.ts";
import { DETECTED, type Detected, harmless, type Planted, planted, undecidable } from "./records.ts";
import { numberSpellings, spellings } from "./spellings.ts";

/** Any secret will do: figures do not depend on it. */
const tokens = tokensFor(new Uint8Array(32).fill(7), "measurement22222");
const means = { detectors: allDetectors, tokens, known: [] };

type Score = { of: number; masked: number; joined: number };
const none = (): Score => ({ of: 0, masked: 0, joined: 0 });

/** Masked: no part of the value stays. Joined: replaced by the very token that a field of that class would show. */
function scored(score: Score, { class: name, value, text, start }: Planted, written: string): Score {
  const spans = spansIn(text, means);
  const end = start + written.replace(/[\u202a-\u202e]$/u, "").length;
  const covered = spans.some(
    (span) => span.start <= start + (/^[\u202a-\u202e]/u.test(written) ? 1 : 0) && span.end >= end,
  );
  const token = tokens.text(name, value);
  const joined = spans.some((span) => span.start < end && span.end > start && span.replacement === token);
  return { of: score.of + 1, masked: score.masked + Number(covered), joined: score.joined + Number(joined) };
}

/** Recall by class and by locale, on values as their generators write them. */
export function recall(count: number, seed: number) {
  const byClass = new Map<Detected, Score>(DETECTED.map((name) => [name, none()]));
  const byLocale = new Map<string, Score>();
  const missed: string[] = [];
  for (const each of planted(count, seed)) {
    const before = byClass.get(each.class) ?? none();
    const after = scored(before, each, each.value);
    byClass.set(each.class, after);
    byLocale.set(each.locale, scored(byLocale.get(each.locale) ?? none(), each, each.value));
    if (after.masked === before.masked) missed.push(`${each.locale} ${each.class}: ${each.text}`);
    else if (after.joined === before.joined)
      missed.push(`not joined: ${each.locale} ${each.class}: ${each.text}`);
  }
  return { byClass, byLocale, missed };
}

/** What is taken for a value in sentences that have none, by the class that it was taken for. */
function falsePositives(sentences: readonly string[]) {
  const byClass = new Map<Detected, number>(DETECTED.map((name) => [name, 0]));
  const taken: string[] = [];
  for (const text of sentences)
    for (const { start, end, replacement } of spansIn(text, means)) {
      const name = DETECTED.find((each) =>
        replacement.startsWith(tokens.text(each, "x").split("_")[0] as string),
      );
      if (name) byClass.set(name, (byClass.get(name) ?? 0) + 1);
      taken.push(`${name}: ${text.slice(start, end)} in ${text}`);
    }
  return { sentences: sentences.length, byClass, taken };
}

export const onHarmless = (count: number, seed: number) => falsePositives(harmless(count, seed));
export const onUndecidable = (count: number, seed: number) => falsePositives(undecidable(count, seed));

/** Recall by hostile spelling and class. */
export function hostileRecall(count: number, seed: number) {
  const values = planted(count, seed);
  const missed: string[] = [];
  const rows = [...Object.entries(spellings), ...Object.entries(numberSpellings)].map(([spelling, write]) => {
    const byClass = new Map<Detected, Score>(DETECTED.map((name) => [name, none()]));
    for (const each of values) {
      if (spelling in numberSpellings && (each.class === "email" || each.class === "ip")) continue;
      const written = write(each.value);
      const text = each.text.replace(each.value, () => written);
      const before = byClass.get(each.class) ?? none();
      const after = scored(before, { ...each, text }, written);
      byClass.set(each.class, after);
      if (after.masked === before.masked) missed.push(`${spelling}, ${each.locale} ${each.class}: ${text}`);
    }
    return { spelling, byClass };
  });
  return { rows, missed };
}
