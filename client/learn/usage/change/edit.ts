import { isMap, isPair, isSeq, type Node, parseDocument } from "yaml";
import type { Scope } from "../../../../functions/core/kinds/registry.ts";

type Span = readonly [number, number];
const spanOf = (node: Node): Span => [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1);

/** Where the last line of a node ends. Of a block, that of what it ends with: its own range goes on to what follows. */
function endOf(text: string, node: Node): number {
  const last = (isMap(node) || isSeq(node)) && !node.flow ? node.items.at(-1) : undefined;
  const inner = isPair(last) ? (last.value ?? last.key) : last;
  if (inner) return endOf(text, inner as Node);
  const end = text.indexOf("\n", spanOf(node)[1]);
  return end < 0 ? text.length : end;
}

/** One resource in the text of `resources.yaml`. */
function find(text: string, id: string) {
  const list = parseDocument(text).get("resources");
  const found = isSeq(list) ? list.items.find((each) => isMap(each) && each.get("id") === id) : undefined;
  if (!isMap(found)) return undefined;
  const indent = " ".repeat(columnOf(text, spanOf(found)[0]));
  return { indent, node: (name: string) => found.get(name, true) as Node | undefined };
}

const put = (text: string, [from, to]: Span, by: string): string => text.slice(0, from) + by + text.slice(to);

/**
 * Changes of one resource in the text of the catalogue's file: comments, order and form of all else stay. Undefined where
 * the file is written in a form that is not known here; whoever applies one loads the result before it is shown.
 */
export function withWindow(text: string, id: string, seconds: number): string | undefined {
  const node = find(text, id)?.node("maxWindowSeconds");
  return node && put(text, spanOf(node), String(seconds));
}

export function withAccesses(text: string, id: string, accesses: readonly string[]): string | undefined {
  const node = find(text, id)?.node("accesses");
  return isSeq(node) && node.flow ? put(text, spanOf(node), `[${accesses.join(", ")}]`) : undefined;
}

export type NamedPart = { id: string; description: string; scope: Scope };

// JSON is YAML: a text of any characters is read as it stands.
const linesOf = ({ id, description, scope }: NamedPart, indent: string): string =>
  [`- id: ${id}`, `  description: ${JSON.stringify(description)}`, `  scope: ${JSON.stringify(scope)}`]
    .map((line) => `\n${indent}${line}`)
    .join("");

export function withPart(text: string, id: string, part: NamedPart): string | undefined {
  const resource = find(text, id);
  const accesses = resource?.node("accesses");
  if (!resource || !accesses) return undefined;
  const parts = resource.node("subScopes");
  if (parts === undefined) {
    const at = endOf(text, accesses);
    return put(text, [at, at], `\n${resource.indent}subScopes:${linesOf(part, `${resource.indent}  `)}`);
  }
  const last = isSeq(parts) && !parts.flow ? (parts.items.at(-1) as Node | undefined) : undefined;
  if (!last) return undefined;
  const at = endOf(text, last);
  return put(text, [at, at], linesOf(part, " ".repeat(columnOf(text, spanOf(last)[0]) - 2)));
}
