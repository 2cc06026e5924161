import { unpack } from "./deflate.ts";

/** Something that must not be found, under a name that may be shown. */
export type Secret = { name: string; value: string };
/** A secret that was found: never its value. `form` says how it was hidden, from the outside in. */
export type Found = { secret: string; place: string; form: string };

/** So many characters in a row of a secret are a leak of it; of a shorter secret, all of it. */
export const PART = 20;
/** How many wrappings are taken off. */
const DEEPEST = 5;
/** Bare deflate is looked for in what is there, and in what one encoding was taken off: what is not deflate often looks so. */
const mayBeBare = (forms: readonly string[]): boolean =>
  forms.length === 0 || (forms.length === 1 && (forms[0] === "base64" || forms[0] === "hex"));

const PRIME = 0x01000193;
const hashOf = (bytes: Uint8Array, from: number): number => {
  let hash = 0;
  for (let at = from; at < from + PART; at += 1) hash = (Math.imul(hash, PRIME) + (bytes[at] ?? 0)) | 0;
  return hash;
};
let LEADING = 1;
for (let each = 1; each < PART; each += 1) LEADING = Math.imul(LEADING, PRIME);

type Part = { name: string; bytes: Buffer };
/** `maybe` answers most places of most texts with no, and quickly: by the low bits of the hash. */
type Sought = { parts: Map<number, Part[]>; maybe: Uint8Array; short: Part[] };
const LOW_BITS = 0xffff;

/** Every part of every secret by its hash: one pass over a text then finds them all, however many there are. */
function soughtOf(secrets: readonly Secret[]): Sought {
  const parts = new Map<number, Part[]>();
  const maybe = new Uint8Array(LOW_BITS + 1);
  const short: Part[] = [];
  for (const { name, value } of secrets) {
    const bytes = Buffer.from(value, "utf8");
    if (bytes.length < PART) short.push({ name, bytes });
    for (let at = 0; at + PART <= bytes.length; at += 1) {
      const part = { name, bytes: bytes.subarray(at, at + PART) };
      const hash = hashOf(part.bytes, 0);
      maybe[hash & LOW_BITS] = 1;
      parts.set(hash, [...(parts.get(hash) ?? []), part]);
    }
  }
  return { parts, maybe, short };
}

function namesIn(bytes: Buffer, { parts, maybe, short }: Sought): Set<string> {
  const names = new Set(short.filter(({ bytes: whole }) => bytes.includes(whole)).map(({ name }) => name));
  if (parts.size === 0 || bytes.length < PART) return names;
  let hash = hashOf(bytes, 0);
  for (let at = 0; ; at += 1) {
    if (maybe[hash & LOW_BITS] === 1)
      for (const part of parts.get(hash) ?? [])
        if (part.bytes.equals(bytes.subarray(at, at + PART))) names.add(part.name);
    if (at + PART >= bytes.length) return names;
    const without = hash - Math.imul(bytes[at] ?? 0, LEADING);
    hash = (Math.imul(without, PRIME) + (bytes[at + PART] ?? 0)) | 0;
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
  const sought = soughtOf(secrets);
  const least = Math.min(PART, ...secrets.map(({ value }) => Buffer.byteLength(value)));
  const search = (bytes: Buffer, place: string, forms: readonly string[]): Found[] => {
    const form = forms.length === 0 ? "clear" : forms.join(", ");
    const found = [...namesIn(bytes, sought)].map((secret) => ({ secret, place, form }));
    if (forms.length >= DEEPEST) return found;
    for (const inside of insidesOf(bytes, forms, least))
      if (inside.bytes.length >= least) found.push(...search(inside.bytes, place, [...forms, inside.form]));
    return found;
  };
  return (content, place) => {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    const unique = new Map(search(bytes, place, []).map((each) => [`${each.secret} ${each.form}`, each]));
    return [...unique.values()];
  };
}
