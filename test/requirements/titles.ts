import { parseAst } from "vitest/node";

type Node = { type: string; [member: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** `describe`, `it.each(…)`, `test.skipIf(…)`: the words of what is called, from the left. */
function words(callee: unknown): string[] {
  if (!isNode(callee)) return [];
  if (callee.type === "Identifier") return [String(callee.name)];
  if (callee.type === "MemberExpression") return [...words(callee.object), ...words(callee.property)];
  if (callee.type === "CallExpression") return words(callee.callee);
  if (callee.type === "TaggedTemplateExpression") return words(callee.tag);
  return [];
}

/** A title as it is written: of a template its fixed parts. */
function text(title: unknown): string | undefined {
  if (!isNode(title)) return undefined;
  if (title.type === "Literal") return typeof title.value === "string" ? title.value : undefined;
  if (title.type !== "TemplateLiteral") return undefined;
  return (title.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join("…");
}

const TESTS = new Set(["describe", "it", "test"]);
const NOT_RUN = new Set(["skip", "todo"]);

/**
 * The titles of a test file's tests and groups, each with those around it; none of what is skipped. Parsed, so that an id in
 * a comment, a string or a case's data names nothing.
 */
export function titles(source: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown, around: string): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, around);
    if (!isNode(value)) return;
    let within = around;
    if (value.type === "CallExpression") {
      const called = words(value.callee);
      const [title, ...rest] = value.arguments as unknown[];
      const own = TESTS.has(called[0] ?? "") && rest.length > 0 ? text(title) : undefined;
      if (own !== undefined) {
        if (called.some((word) => NOT_RUN.has(word))) return;
        within = around ? `${around} > ${own}` : own;
        found.push(within);
      }
    }
    for (const member of Object.values(value)) walk(member, within);
  };
  walk(parseAst(source, { lang: "ts" }), "");
  return found;
}
