import { plainText } from "../../functions/core/text.ts";

/**
 * A text of the policy in a table cell: as code, where neither HTML nor links, pictures or mentions of people come to life.
 * What a branch proposes is written by whoever proposes it. https://github.github.com/gfm/#code-spans, /#tables-extension-
 */
export function code(text: string): string {
  const line = plainText(text).replaceAll("`", "'").replaceAll("\\", "∖").replaceAll("|", "\\|");
  return line === "" ? "" : `\`${line}\``;
}
