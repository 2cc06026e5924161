/** A part of a text that may be another text, encoded: what it would say. */
export type EncodedRun = { start: number; end: number; texts: string[] };

const BASE64 = /[A-Za-z0-9+/_-]{10,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const HEX = /(?:[0-9a-f]{2}[\s:-]?){7,}/gi;
const NOT_PRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+|\ufffd+/gu;
/** A shorter piece holds no value that a detector knows. */
const PIECE = /[^\n]{6,}/;

/** What of the bytes is text. Something else may stand before it or behind it, which decodes to anything. */
function textsOf(...all: Buffer[]): string[] {
  const texts = all.map((bytes) => bytes.toString("utf8").replace(NOT_PRINTABLE, "\n"));
  return [...new Set(texts)].filter((text) => PIECE.test(text));
}

/** Hardly a text that is encoded has neither a digit nor a capital letter behind a small one; most words have neither. */
const LOOKS_ENCODED = /\d|[a-z][A-Z]/;
const WORD_BEFORE = /^[a-z]{2,16}(?=[A-Z0-9])/;

/** From each of four offsets: right behind a word the encoded text may begin at any; first where such a word seems to end. */
const fromBase64 = (run: string): string[] => {
  if (!LOOKS_ENCODED.test(run)) return [];
  const compact = run.replace(/\s/g, "");
  const word = WORD_BEFORE.exec(compact)?.[0].length ?? 0;
  return textsOf(...[word, 0, 1, 2, 3].map((from) => Buffer.from(compact.slice(from), "base64")));
};
const fromHex = (run: string): string[] => {
  const compact = run.replace(/[^0-9a-f]/gi, "");
  return textsOf(
    ...[0, 1].map((from) =>
      Buffer.from(compact.slice(from, compact.length - ((compact.length - from) % 2)), "hex"),
    ),
  );
};

/** Runs of base64 (also base64url, also over several lines) and of hex that decode to text. */
export function* encodedRuns(text: string): Generator<EncodedRun> {
  for (const { 0: run, index } of text.matchAll(BASE64)) {
    const texts = fromBase64(run);
    if (texts.length > 0) yield { start: index, end: index + run.length, texts };
  }
  for (const { 0: run, index } of text.matchAll(HEX)) {
    const texts = fromHex(run);
    if (texts.length > 0) yield { start: index, end: index + run.trimEnd().length, texts };
  }
}
