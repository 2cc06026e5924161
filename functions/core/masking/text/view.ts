import { isMark, plainLetter } from "../letters.ts";

/**
 * A text as detectors read it, with the way back: `starts[i]` and `ends[i]` say which part of the original the unit `i`
 * stands for. Absent where the view is the text itself.
 */
export type View = { text: string; starts?: Uint32Array; ends?: Uint32Array };

/** From the part of a view to the part of the original. */
export const originalSpan = (view: View, start: number, end: number): [number, number] => [
  view.starts?.[start] ?? start,
  view.ends?.[end - 1] ?? end,
];

/** Builds a view of a view: each piece says which part of `from` it stands for. */
function builder(from: View, size: number) {
  const parts: string[] = [];
  let starts = new Uint32Array(size);
  let ends = new Uint32Array(size);
  let length = 0;
  const grown = (old: Uint32Array, needed: number) => {
    const larger = new Uint32Array(needed * 2);
    larger.set(old);
    return larger;
  };
  return {
    add: (piece: string, start: number, end: number) => {
      if (piece === "") return;
      parts.push(piece);
      if (length + piece.length > starts.length) {
        starts = grown(starts, length + piece.length);
        ends = grown(ends, length + piece.length);
      }
      const [first, last] = originalSpan(from, start, end);
      starts.fill(first, length, length + piece.length);
      ends.fill(last, length, length + piece.length);
      length += piece.length;
    },
    done: (): View => ({ text: parts.join(""), starts, ends }),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is plain already.
const ASCII = /^[\x00-\x7f]*$/;

/** The text in plain letters: compatibility forms, digits of any script, look-alikes, nothing that does not show. */
export function plainView(text: string): View {
  if (ASCII.test(text)) return { text };
  const view = builder({ text }, text.length);
  let at = 0;
  while (at < text.length) {
    let letter = String.fromCodePoint(text.codePointAt(at) ?? 0);
    let end = at + letter.length;
    // A letter with its marks is one: NFKC joins them.
    for (let next = text.codePointAt(end); next !== undefined; next = text.codePointAt(end)) {
      const mark = String.fromCodePoint(next);
      if (!isMark(mark)) break;
      letter += mark;
      end += mark.length;
    }
    let plain = "";
    for (const each of letter.normalize("NFKC")) plain += plainLetter(each);
    view.add(plain, at, end);
    at = end;
  }
  return view.done();
}

const NAMED: Record<string, string> = {
  ...{ amp: "&", commat: "@", period: ".", nbsp: " ", plus: "+", hyphen: "-", dash: "-", lowbar: "_" },
  ...{ colon: ":", sol: "/", bsol: "\\", lpar: "(", rpar: ")", num: "#", percnt: "%", quot: '"', apos: "'" },
};

const ESCAPE =
  /\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#(\d{1,7});?|&#x([0-9a-f]{1,6});?|&([a-z]{2,6});|((?:%[0-9a-f]{2})+)|((?:=[0-9a-f]{2})+)|(\\[nrt])|\\([/"\\@.-])|(=\r?\n)/gi;

const LARGEST = 0x10ffff;
const fromCode = (digits: string, base: number): string => {
  const code = Number.parseInt(digits, base);
  return code <= LARGEST ? String.fromCodePoint(code) : "";
};

/** What an escape stands for: of JSON and source code, HTML, URLs, quoted-printable mail. */
function meaning(found: RegExpMatchArray): string {
  const [, braced, unicode, hex, decimal, entity, named, percent, quoted, white, escaped] = found;
  const point = braced ?? unicode ?? hex ?? entity;
  if (point) return fromCode(point, 16);
  if (decimal) return fromCode(decimal, 10);
  if (named) return NAMED[named.toLowerCase()] ?? found[0];
  const bytes = percent ?? quoted;
  if (bytes) return Buffer.from(bytes.replace(/[%=]/g, ""), "hex").toString("utf8");
  return white ? " " : (escaped ?? "");
}

/** The view with its escapes resolved once; undefined where there are none. */
export function unescapedView(view: View): View | undefined {
  if (!/[\\&%=]/.test(view.text)) return undefined;
  const next = builder(view, view.text.length);
  let at = 0;
  for (const found of view.text.matchAll(ESCAPE)) {
    for (; at < found.index; at += 1) next.add(view.text[at] as string, at, at + 1);
    let plain = "";
    for (const letter of meaning(found)) plain += plainLetter(letter);
    next.add(plain, at, at + found[0].length);
    at += found[0].length;
  }
  if (at === 0) return undefined;
  for (; at < view.text.length; at += 1) next.add(view.text[at] as string, at, at + 1);
  return next.done();
}
