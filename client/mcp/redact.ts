/** So many characters in a row of a secret, in any of its forms, are taken for the secret. */
const PART = 12;
const MARK = "[secret withheld]";

const inHex = (value: string): string => Buffer.from(value, "utf8").toString("hex");

/** base64 of whatever a value may lie in: where it begins in a group of three bytes decides how it looks. */
function inBase64(value: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.from("\0".repeat(before) + value, "utf8").toString("base64");
    // What stands at the ends depends on the neighbours too.
    const own = whole.replace(/=+$/, "").slice(before === 0 ? 0 : before + 1, -1);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** A value as programs print it: as it is, and as URLs, JSON, HTML, base64 and hex write it. */
function formsOf(value: string): string[] {
  const url = encodeURIComponent(value);
  const escaped = (way: (code: string) => string) =>
    value.replace(/[^A-Za-z0-9]/g, (character) => way(character.charCodeAt(0).toString(16)));
  return [
    value,
    url,
    url.replace(/%../g, (code) => code.toLowerCase()),
    value.replaceAll("/", "\\/"),
    escaped((code) => `\\u${code.padStart(4, "0")}`),
    escaped((code) => `\\u${code.toUpperCase().padStart(4, "0")}`),
    escaped((code) => `&#x${code};`),
    ...inBase64(value),
    inHex(value),
    inHex(value).toUpperCase(),
  ];
}

/** Every part of every form; of a value that is shorter than a part, nothing: no such secret exists here. */
function partsOf(secrets: readonly string[]): Set<string> {
  const parts = new Set<string>();
  for (const form of secrets.flatMap(formsOf))
    for (let at = 0; at + PART <= form.length; at += 1) parts.add(form.slice(at, at + PART));
  return parts;
}

/** What goes through in pieces comes out without the secrets; the last few characters are held back until the next piece. */
export type Redactor = { push(text: string): string; end(): string; found(): number };

/**
 * Takes secrets out of a program's output, however the pieces are cut, and also where only a part is printed. It is there
 * for accidents (a debug line, a dump of the environment); a program that means to smuggle can always find a form of its
 * own, which is why only allow-listed programs get credentials.
 */
export function redactor(secrets: readonly string[]): Redactor {
  const parts = partsOf(secrets);
  let rest = "";
  let hiddenUntil = 0;
  let inside = false;
  let found = 0;
  function pass(text: string, until: number): string {
    let out = "";
    for (let at = 0; at < until; at += 1) {
      if (parts.has(text.slice(at, at + PART))) hiddenUntil = at + PART;
      const hidden = at < hiddenUntil;
      if (hidden && !inside) {
        out += MARK;
        found += 1;
      }
      inside = hidden;
      if (!hidden) out += text[at];
    }
    rest = text.slice(until);
    hiddenUntil = Math.max(0, hiddenUntil - until);
    return out;
  }
  return {
    push(text) {
      const all = rest + text;
      return pass(all, Math.max(0, all.length - PART + 1));
    },
    end: () => pass(rest, rest.length),
    found: () => found,
  };
}
