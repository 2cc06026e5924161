import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type * as z from "zod";
import { type Path, type Problem, pathText, type Report } from "./problem.ts";
import type { Source } from "./source.ts";

/** A parsed file: its value, when its shape was right, and how to speak of a place in it. */
export type YamlFile<T> = { value: T | undefined; problem(path: Path, reason: string): Problem };

/** The line of a path: of the key or list item that it names, or else of the nearest one around it. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return Math.max(1, lines.linePos(offset).line);
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value);

/** An issue of zod in words for whoever writes the file. */
export function reasonsOf(issue: z.core.$ZodIssue, value: unknown): { path: Path; reason: string }[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], reason: "is not a known field" }));
  }
  if (issue.code === "invalid_key") return [{ path, reason: issue.issues[0]?.message ?? issue.message }];
  const missing = path.length > 0 && valueAt(value, path) === undefined;
  return [{ path, reason: missing ? "is required" : issue.message }];
}

const MOST_DEPTH = 100;

/**
 * The line on which a text is nested deeper than any policy is, which a parser that calls itself does not survive: by
 * brackets, or by what a line begins with. Rough, and on the safe side: brackets in texts count too.
 */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  const at = text.split("\n").findIndex((line) => {
    if ((/^[ ?-]*/.exec(line)?.[0].length ?? 0) > 2 * MOST_DEPTH) return true;
    for (const character of line) {
      if (character === "[" || character === "{") depth += 1;
      else if ((character === "]" || character === "}") && depth > 0) depth -= 1;
      if (depth > MOST_DEPTH) return true;
    }
    return false;
  });
  return at < 0 ? undefined : at + 1;
}

/** Parses YAML that leaves no room for two readings: no repeated keys, no aliases, no tags, no version but 1.2. */
export function parseYaml<T>(source: Source, schema: z.ZodType<T>, report: Report): YamlFile<T> {
  const lines = new LineCounter();
  const deep = tooDeepAt(source.text);
  const document = parseDocument(deep === undefined ? source.text : "", {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    resolveKnownTags: false,
    strict: true,
    stringKeys: true,
    uniqueKeys: true,
  });
  const problem = (path: Path, reason: string): Problem => {
    const at = pathText(path);
    const line = lineOf(document, lines, path);
    return { file: source.name, line, ...(at ? { at } : {}), reason };
  };
  const syntax = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    pos: pos[0],
    message,
  }));
  // In YAML 1.1 `yes` is true, 010 is 8, 22:30 is 1350, and `<<` takes over another map.
  if (document.directives?.yaml.version === "1.1")
    syntax.push({ pos: 0, message: "YAML 1.1 reads words and numbers otherwise: leave %YAML out" });
  visit(document, {
    Alias: (_, node) => {
      syntax.push({ pos: node.range?.[0] ?? 0, message: "aliases are not allowed: write it out" });
    },
  });
  if (deep !== undefined) report({ file: source.name, line: deep, reason: "it is nested too deep" });
  for (const { pos, message } of syntax) {
    report({ file: source.name, line: Math.max(1, lines.linePos(pos).line), reason: message });
  }
  if (syntax.length > 0 || deep !== undefined) return { value: undefined, problem };

  const value: unknown = document.toJS();
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, problem };
  // One reason for each place: the later checks of a value that is no text at all say nothing new.
  const said = new Set<string>();
  for (const { path, reason } of parsed.error.issues.flatMap((issue) => reasonsOf(issue, value))) {
    if (said.has(pathText(path))) continue;
    said.add(pathText(path));
    report(problem(path, reason));
  }
  return { value: undefined, problem };
}
