/** Markup that this file made. There is no other way to get one: the class is private to the module. */
class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  static textOf(value: Markup): string {
    return value.#text;
  }
}
export type Html = Markup;

/** What may stand in a template: text and numbers (escaped), markup, lists of these; `undefined` and `false` are nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

// Controls but tab and line feed, format and bidi characters, private use, lone surrogates, line and paragraph
// separators, and everything that Unicode says to draw as nothing (UAX #44, Default_Ignorable_Code_Point): the means to
// hide or reorder text (UAX #9, UTR #36). Input is cleaned when it comes in; this holds for what did not come that way.
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** Text without characters that cannot be seen or that move others. For every medium, HTML or not. */
export const visible = (text: string): string => text.replace(INVISIBLE, "");

// White space that is not one plain space: two of them, or another kind, look like one.
const ODD_SPACE = /(?! )\s|(?<= ) |\u2800/gu;
const escapeOf = (part: string): string =>
  Array.from(
    { length: part.length },
    (_, at) => `\\u${part.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");

/** JSON in which everything can be seen: what shows as nothing, moves others or passes for a space is an escape. */
export const spelledOut = (json: string): string =>
  json.replace(INVISIBLE, escapeOf).replace(ODD_SPACE, escapeOf);

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (each) => ENTITIES[each] ?? "");

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Markup) return Markup.textOf(value);
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  if (Array.isArray(value)) return value.map(markupOf).join("");
  throw new TypeError("a template takes text, numbers, markup and lists of these");
}

// Templates whose holes were found to be where escaping is enough.
const sound = new WeakSet<TemplateStringsArray>();

/** Escaping protects text and quoted attributes, nothing else: a hole right after `=` or in a script is a mistake. */
function check(strings: TemplateStringsArray): void {
  // Real templates are frozen (ECMA-262, GetTemplateObject); an array made at run time is somebody's raw string.
  if (!Array.isArray(strings.raw) || !Object.isFrozen(strings)) throw new TypeError("html is a template tag");
  const holes = strings.slice(0, -1);
  if (holes.some((before) => /=\s*$/.test(before))) throw new TypeError("quote the attribute around a value");
  if (strings.some((part) => /<script|\son\w+\s*=|javascript:/i.test(part)))
    throw new TypeError("no scripts here");
  sound.add(strings);
}

/** Template tag: every value is cleaned and escaped unless it is itself the result of `html`. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  if (!sound.has(strings)) check(strings);
  return new Markup(strings.map((part, index) => part + markupOf(values[index])).join(""));
}

/** The text of finished markup, to be sent. */
export const render = (markup: Html): string => Markup.textOf(markup);
