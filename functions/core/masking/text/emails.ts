import type { Detector, Hit } from "./hit.ts";

const LOCAL = /[\p{L}\p{N}\p{M}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}(?:(?:\.| \. )[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}){0,10}/uy;
const MOST_LOCAL = 64;

/** Where the part before an @ begins: to the left as far as such a part may reach (RFC 5321, section 4.5.3.1.1). */
function localStart(text: string, end: number): number {
  if (text[end - 1] === '"') {
    const open = text.lastIndexOf('"', end - 2);
    return open >= 0 && end - open <= MOST_LOCAL + 2 ? open : end;
  }
  let start = end;
  while (start > 0 && end - start < MOST_LOCAL && LOCAL.test(text[start - 1] as string)) start -= 1;
  while (start < end && text[start] === ".") start += 1;
  return start;
}

/** An address around an @: without a dot in its domain only for a host's name (`root@localhost`), with spaces about it only if its domain ends in letters ("2 @ 3.50" is a price). */
function addressAt(text: string, at: number): Hit | undefined {
  const before = text.slice(0, at).trimEnd().length;
  const after = at + 1 + (/^\s{0,2}/.exec(text.slice(at + 1, at + 3))?.[0].length ?? 0);
  if (at - before > 2) return undefined;
  const start = localStart(text, before);
  DOMAIN.lastIndex = after;
  const domain = DOMAIN.exec(text)?.[0];
  if (start === before || domain === undefined) return undefined;
  if (!domain.includes(".") && !/^\p{L}{3,}[\p{L}-]*$/u.test(domain)) return undefined;
  const apart = before < at || after > at + 1 || domain.includes(" ");
  if (apart && !/\.\s?\p{L}{2,}$/u.test(domain)) return undefined;
  const value = `${text.slice(start, before)}@${domain.replaceAll(" ", "")}`;
  return { start, end: after + domain.length, class: "email", value };
}

const DOT = String.raw`\s{0,2}[[({<]\s?(?:dot|punkt|punto|point)\s?[\])}>]\s{0,2}|\s(?:dot|punkt|punto|point)\s`;
const LABEL = String.raw`[\p{L}\p{N}][\p{L}\p{N}-]{0,62}`;
/** `anna (at) example.org`, `anna [at] example [dot] org`, `anna at example dot org`; the bare word only with a bare dot. */
const AT = /\s{0,2}[[({<]\s?(?:at|@|ät|arroba|chez)\s?[\])}>]\s{0,2}|\s(?:at|arroba)\s/giu;
const BARE = /^\s(?:at|arroba)\s$/iu;
const SPELLED_DOMAIN = new RegExp(`${LABEL}(?:(?:\\.|${DOT})${LABEL}){0,5}`, "iuy");
const SPELLED_DOT = new RegExp(DOT, "giu");

function spelledAt(text: string, { 0: sign, index }: RegExpMatchArray & { index: number }): Hit | undefined {
  const start = localStart(text, index);
  SPELLED_DOMAIN.lastIndex = index + sign.length;
  const spelled = start === index ? undefined : SPELLED_DOMAIN.exec(text)?.[0];
  if (spelled === undefined) return undefined;
  const domain = spelled.replace(SPELLED_DOT, ".");
  if (BARE.test(sign) && (domain === spelled || !/\.\p{L}{2,}$/u.test(domain))) return undefined;
  const end = index + sign.length + spelled.length;
  return { start, end, class: "email", value: `${text.slice(start, index)}@${domain}` };
}

/** E-mail addresses, as written and as spelled out to hide them from programs. */
export const emails: Detector = function* (text) {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const hit = addressAt(text, at);
    if (hit) yield hit;
  }
  for (const found of text.matchAll(AT)) {
    const hit = spelledAt(text, found);
    if (hit) yield hit;
  }
};
