import { byText } from "../text.ts";
import { classes, type FieldClass } from "./classes.ts";
import { isBlank } from "./normalise.ts";
import { REDACTED } from "./redacted.ts";
import type { FieldRule } from "./rules.ts";
import { plainView } from "./text/view.ts";
import type { Tokens } from "./tokens.ts";
import type { FieldNode } from "./tree.ts";

/** A value of the row's own fields, as it is looked for in the free text of that row. */
export type KnownValue = {
  /** In plain letters and lower case; of an identifier only its letters and digits. */
  text: string;
  identifier: boolean;
  replacement: string;
};

/** Where one of them stands. */
export type KnownPlace = { start: number; end: number; replacement: string };

const SHORTEST = 3;
/** An identifier is looked for across separators: shorter ones would be found where they are not. */
const SHORTEST_IDENTIFIER = 5;
const PERSONAL: readonly FieldClass[] = [
  "email",
  "name",
  "phone",
  "national-id",
  "card",
  "iban",
  "ip",
  "address",
  "id",
];

const plain = (text: string): string => plainView(text).text.toLowerCase().replace(/\s+/g, " ").trim();
const compact = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, "");

const classOf = (rule: FieldRule): FieldClass | undefined =>
  rule.method === "token" || rule.method === "format" || rule.method === "redact" ? rule.class : undefined;

/** How a value may be written in prose: a name also by its parts, of which the family name is one. */
function formsOf(name: FieldClass, value: string): string[] {
  const whole = plain(value);
  return name === "name" ? [whole, ...whole.split(/[\s,]+/)] : [whole];
}

function* scalarsOf(node: FieldNode | undefined, value: unknown): Generator<[FieldRule, string]> {
  if (!node || value === null || value === undefined) return;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") {
    if (node.rule && !isBlank(String(value))) yield [node.rule, String(value)];
  } else if (Array.isArray(value)) for (const each of value) yield* scalarsOf(node.each, each);
  else if (typeof value === "object")
    for (const [key, each] of Object.entries(value)) {
      if (node.keys) yield [node.keys, key];
      yield* scalarsOf(node.names ? node.names.get(key) : node.values, each);
    }
}

/**
 * Values of classified fields, to be found in the prose of the same row: the only way in which a name is found there. The
 * longest first, so that a whole name is replaced before its parts.
 */
export function knownValues(tree: FieldNode, row: Record<string, unknown>, tokens: Tokens): KnownValue[] {
  const found = new Map<string, KnownValue>();
  for (const [rule, value] of scalarsOf(tree, row)) {
    const name = classOf(rule);
    if (!name || !PERSONAL.includes(name)) continue;
    const replacement = rule.method === "redact" ? REDACTED : tokens.text(name, value);
    const { identifier } = classes[name];
    for (const form of formsOf(name, value)) {
      const text = identifier ? compact(form) : form;
      if (text.length >= (identifier ? SHORTEST_IDENTIFIER : SHORTEST) && !found.has(text))
        found.set(text, { text, identifier, replacement });
    }
  }
  return [...found.values()].sort((a, b) => b.text.length - a.text.length || byText(a.text, b.text));
}

const WORD = /[\p{L}\p{N}]/u;

/** All places of `wanted`, as a word of its own. */
function* placesOf(text: string, wanted: string): Generator<[number, number]> {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    if (!WORD.test(text.charAt(at - 1)) && !WORD.test(text.charAt(end))) yield [at, end];
  }
}

/** Lower case of the same length, so that places stay where they are: a letter whose lower case is longer stays as it is. */
function lower(text: string): string {
  const whole = text.toLowerCase();
  if (whole.length === text.length) return whole;
  return [...text]
    .map((each) => (each.toLowerCase().length === each.length ? each.toLowerCase() : each))
    .join("");
}

/** Where each unit of the text's letters and digits stands in the text. */
function placesOfLetters(text: string): number[] {
  const places: number[] = [];
  for (const { 0: letters, index } of text.matchAll(/[\p{L}\p{N}]+/gu))
    for (let at = 0; at < letters.length; at += 1) places.push(index + at);
  return places;
}

/** Where a text in plain letters has values that the row's own fields hold. */
export function* knownIn(given: string, known: readonly KnownValue[]): Generator<KnownPlace> {
  if (known.length === 0) return;
  const text = lower(given);
  const letters = compact(text);
  let places: number[] | undefined;
  for (const { text: wanted, identifier, replacement } of known) {
    if (!identifier) {
      for (const [start, end] of placesOf(text, wanted)) yield { start, end, replacement };
      continue;
    }
    for (let at = letters.indexOf(wanted); at >= 0; at = letters.indexOf(wanted, at + 1)) {
      places ??= placesOfLetters(text);
      yield { start: places[at] as number, end: (places[at + wanted.length - 1] as number) + 1, replacement };
    }
  }
}
