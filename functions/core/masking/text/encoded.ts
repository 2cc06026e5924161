/** A part of a text that may be another text, encoded: what it would say. */
export type EncodedRun = { start: number; end: number; texts: string[] };

const BASE64 = /[A-Za-z0-9+/_-]{10,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const HEX = /(?:[0-9a-f]{2}[\s:-]?){7,}/gi;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]{4,}$/u;
const utf8 = new TextDecoder("utf-8", { fatal: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return PRINTABLE.test(text) ? text : undefined;
  } catch {
    // Not UTF-8: not a text, which is what was asked.
    return undefined;
  }
}

/** The run from each of four offsets: what is encoded may stand right behind a word, which shifts it. */
function decodings(run: string): string[] {
  const compact = run.replace(/\s/g, "");
  const texts = [0, 1, 2, 3].flatMap((from) => {
    const bytes = Buffer.from(compact.slice(from), "base64");
    // Its end may be cut off in the midst of a letter, and something else stand behind it.
    const last = bytes.findIndex((byte) => byte < 9 || byte === 127 || byte > 247);
    const part = last < 0 ? bytes : bytes.subarray(0, last);
    return (
      [0, 1, 2]
        .map((cut) => (part.length > 5 + cut ? textOf(part.subarray(0, part.length - cut)) : undefined))
        .find(Boolean) ?? []
    );
  });
  return [...new Set(texts)];
}

/** Runs of base64 (also base64url, also over several lines) and of hex that decode to text. */
export function* encodedRuns(text: string): Generator<EncodedRun> {
  for (const { 0: run, index } of text.matchAll(BASE64)) {
    const texts = decodings(run);
    if (texts.length > 0) yield { start: index, end: index + run.length, texts };
  }
  for (const { 0: run, index } of text.matchAll(HEX)) {
    const decoded = textOf(Buffer.from(run.replace(/[^0-9a-f]/gi, ""), "hex"));
    if (decoded !== undefined) yield { start: index, end: index + run.trimEnd().length, texts: [decoded] };
  }
}
