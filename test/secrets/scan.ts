import { unpack } from "./deflate.ts";

/** Something that must not be found, under a name that may be shown. */
export type Secret = { name: string; value: string };
/** A secret that was found: never its value. `form` says how it was hidden, from the outside in. */
export type Found = { secret: string; place: string; form: string };

/** So many characters in a row of a secret are a leak of it; of a shorter secret, all of it. */
export const PART = 20;
/** How many wrappings are taken off. */
const DEEPEST = 5;
/** What is at most so long is remembered when nothing was in it, so many at a time. */
const SHORT = 256;
const MOST_CLEAN = 200_000;
/** Bare deflate is looked for in what is there, and in what one encoding was taken off: what is not deflate often looks so. */
const mayBeBare = (forms: readonly string[]): boolean =>
  forms.length === 0 || (forms.length === 1 && (forms[0] === "base64" || forms[0] === "hex"));

const PRIME = 0x01000193;
const hashOf = (bytes: Uint8Array, from: number, window: number): number => {
  let hash = 0;
  for (let at = from; at < from + window; at += 1) hash = (Math.imul(hash, PRIME) + (bytes[at] ?? 0)) | 0;
  return hash;
};

/** Some bytes of a secret, by which it is noticed: where in it they begin. */
type Anchor = { name: string; bytes: Buffer; at: number };
/** `maybe` answers most places of most texts with no, and quickly: by the low bits of the hash. */
type Sought = { anchors: Map<number, Anchor[]>; maybe: Uint8Array; window: number };
const LOW_BITS = 0xfffff;

/**
 * As many bytes as the shortest secret has, of every secret, by their hash: one pass over a text then finds them all,
 * however many there are. Of a longer one at such distances that every part of it has some whole.
 */
function soughtOf(secrets: readonly Secret[], window: number): Sought {
  const anchors = new Map<number, Anchor[]>();
  const maybe = new Uint8Array(LOW_BITS + 1);
  for (const { name, value } of secrets) {
    const bytes = Buffer.from(value, "utf8");
    for (let at = 0; at + window <= bytes.length; at += PART - window + 1) {
      const hash = hashOf(bytes, at, window);
      maybe[hash & LOW_BITS] = 1;
      anchors.set(hash, [...(anchors.get(hash) ?? []), { name, bytes, at }]);
    }
  }
  return { anchors, maybe, window };
}

/** Whether so much of the secret that it is a leak lies around its anchor, which was seen at this place. */
function isLeak(text: Buffer, place: number, { bytes, at }: Anchor, window: number): boolean {
  let from = 0;
  while (from < at && from < place && bytes[at - from - 1] === text[place - from - 1]) from += 1;
  let to = 0;
  while (at + to < bytes.length && place + to < text.length && bytes[at + to] === text[place + to]) to += 1;
  return to >= window && from + to >= Math.min(PART, bytes.length);
}

function namesIn(text: Buffer, { anchors, maybe, window }: Sought): Set<string> {
  const names = new Set<string>();
  if (anchors.size === 0 || text.length < window) return names;
  let leading = 1;
  for (let each = 1; each < window; each += 1) leading = Math.imul(leading, PRIME);
  let hash = hashOf(text, 0, window);
  for (let place = 0; ; place += 1) {
    if (maybe[hash & LOW_BITS] === 1)
      for (const anchor of anchors.get(hash) ?? [])
        if (isLeak(text, place, anchor, window)) names.add(anchor.name);
    if (place + window >= text.length) return names;
    const without = hash - Math.imul(text[place] ?? 0, leading);
    hash = (Math.imul(without, PRIME) + (text[place + window] ?? 0)) | 0;
  }
}

type Inside = { form: string; bytes: Buffer };

/** Runs of base64, in either alphabet: wherever in its groups of four a run begins, one of the four readings is right. */
function* base64In(text: string): Generator<Inside> {
  // In lines of 64 or 76 it is one run all the same.
  for (const [lines] of text.matchAll(/(?:[A-Za-z0-9+/_-]{60,76}\r?\n)*[A-Za-z0-9+/_-]{11,}/g)) {
    const run = lines.replace(/\s/g, "");
    for (let at = 0; at < 4; at += 1) yield { form: "base64", bytes: Buffer.from(run.slice(at), "base64") };
  }
}
function* hexIn(text: string): Generator<Inside> {
  for (const [run] of text.matchAll(/[0-9A-Fa-f]{16,}/g))
    for (let at = 0; at < 2; at += 1) yield { form: "hex", bytes: Buffer.from(run.slice(at), "hex") };
}
function* urlEncodedIn(text: string): Generator<Inside> {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return;
  const plain = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  yield { form: "URL-encoded", bytes: Buffer.from(plain, "latin1") };
}
const NAMED: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
function* jsonIn(text: string): Generator<Inside> {
  if (!/\\[u"\\/bfnrt]/.test(text)) return;
  const plain = text.replace(/\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))/g, (_, hex?: string, mark = "") =>
    hex === undefined ? (NAMED[mark] ?? mark) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  yield { form: "JSON", bytes: Buffer.from(plain, "latin1") };
}

function* insidesOf(bytes: Buffer, forms: readonly string[], least: number): Generator<Inside> {
  const text = bytes.toString("latin1");
  yield* base64In(text);
  yield* hexIn(text);
  yield* urlEncodedIn(text);
  yield* jsonIn(text);
  yield* unpack(bytes, least, mayBeBare(forms));
}

/** A search for secrets in anything: each secret once a form, named by how it was hidden and by the place that is given. */
export function scanner(secrets: readonly Secret[]): (content: Buffer | string, place: string) => Found[] {
  const least = Math.min(PART, ...secrets.map(({ value }) => Buffer.byteLength(value)));
  const sought = soughtOf(secrets, least);
  const clean = new Set<string>();
  const search = (bytes: Buffer, place: string, forms: readonly string[]): Found[] => {
    const form = forms.length === 0 ? "clear" : forms.join(", ");
    const found = [...namesIn(bytes, sought)].map((secret) => ({ secret, place, form }));
    if (forms.length >= DEEPEST) return found;
    for (const inside of insidesOf(bytes, forms, least))
      if (inside.bytes.length >= least) found.push(...searchInside(inside, place, [...forms, inside.form]));
    return found;
  };
  /** The same names, ids and times stand in every line of a log: what had nothing in it is not opened again. */
  const searchInside = ({ bytes }: Inside, place: string, forms: readonly string[]): Found[] => {
    if (bytes.length > SHORT) return search(bytes, place, forms);
    const key = `${forms.length}${mayBeBare(forms)}${bytes.toString("latin1")}`;
    if (clean.has(key)) return [];
    const found = search(bytes, place, forms);
    if (clean.size >= MOST_CLEAN) clean.clear();
    if (found.length === 0) clean.add(key);
    return found;
  };
  return (content, place) => {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    const unique = new Map(search(bytes, place, []).map((each) => [`${each.secret} ${each.form}`, each]));
    return [...unique.values()];
  };
}
