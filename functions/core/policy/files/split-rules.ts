import { policySetTextToParts, policyToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { type LocatedRule, offsetOf, reasonOf } from "./cedar.ts";
import type { Report } from "./problem.ts";
import { lineAt, type Source } from "./source.ts";

/** Comments as spaces of the same length, so that a text is found where it is code, not where it is quoted. */
export function blankComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n\r]*/g, (part) =>
    part.startsWith("//") ? " ".repeat(part.length) : part,
  );
}

/**
 * Parts of a file in the file's order, with their offsets. Cedar gives them in the order of ids that it makes up
 * (0, 1, 10, 2) and without offsets. Between two parts there is only space and comments.
 */
function inOrder(source: Source, parts: readonly string[]): { text: string; start: number }[] {
  const code = blankComments(source.text);
  const left = parts.map((text) => ({ text, code: blankComments(text) }));
  const found: { text: string; start: number }[] = [];
  let end = 0;
  while (left.length > 0) {
    const start = end + code.slice(end).search(/\S/);
    const index = left.findIndex((part) => code.startsWith(part.code, start));
    const [part] = index < 0 ? [] : left.splice(index, 1);
    if (!part) throw new Error(`${source.name}: cannot find a rule again that Cedar found in it`);
    found.push({ text: part.text, start });
    end = start + part.text.length;
  }
  return found;
}

/** Splits a file into its rules, in the file's order; undefined when it does not parse. Templates are reported too. */
export function splitRules(source: Source, report: Report): LocatedRule[] | undefined {
  const wrong = (offset: number, reason: string) =>
    report({ file: source.name, line: lineAt(source.text, offset), reason });
  const parts = policySetTextToParts(source.text);
  if (parts.type === "failure") {
    for (const error of parts.errors) wrong(offsetOf(error, source.text), reasonOf(error));
    return undefined;
  }
  const templates = new Set(parts.policy_templates);
  return inOrder(source, [...parts.policies, ...parts.policy_templates]).flatMap(({ text, start }, index) => {
    if (templates.has(text)) {
      wrong(start, "templates (?principal, ?resource) are not allowed");
      return [];
    }
    const parsed = policyToJson(text);
    if (parsed.type === "failure") {
      wrong(start, "cannot be read as one rule");
      return [];
    }
    const at = `rule ${parsed.json.annotations?.id || index + 1}`;
    return [{ source, start, text, json: parsed.json, at }];
  });
}
