import type { CallToolResult } from "@modelcontextprotocol/server";
import { plainText } from "../../functions/core/text.ts";
import { LatchkeyError, RefusedError } from "../errors.ts";
import type { McpDeps } from "./deps.ts";
import { shown } from "./words.ts";

/** Strings of whatever depth without what does not show; lines and tabs stay. */
function shownIn(value: unknown): unknown {
  if (typeof value === "string") return shown(value);
  if (Array.isArray(value)) return value.map(shownIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [shown(name), shownIn(each)]));
}

/** An answer twice: as words to act on and as data. Every tool's answer passes here. */
export function answer(text: string, data: object, isError = false): CallToolResult {
  return {
    content: [{ type: "text", text: shown(text) }],
    structuredContent: shownIn(data) as Record<string, unknown>,
    ...(isError ? { isError } : {}),
  };
}

const wrong = (text: string): CallToolResult => ({
  content: [{ type: "text", text: shown(text) }],
  isError: true,
});

const MOST_DETAIL = 600;

/** What went wrong, in words for a model; never a stack. What is no error of ours is told to people, on stderr. */
export function faultOf(error: unknown, { tell }: Pick<McpDeps, "tell">): CallToolResult {
  if (error instanceof RefusedError) {
    const detail = Object.keys(error.details).length > 0 ? ` ${JSON.stringify(error.details)}` : "";
    return wrong(
      `${error.message} (${error.code})${plainText(detail) && ` ${plainText(detail).slice(0, MOST_DETAIL)}`}`,
    );
  }
  if (error instanceof LatchkeyError) return wrong(error.message);
  tell(`A tool failed: ${error instanceof Error ? error.message : String(error)}`);
  return wrong("Something went wrong inside `latchkey mcp`: its log on stderr says what. Tell your user.");
}
