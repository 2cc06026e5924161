import { parseDocument } from "yaml";

/** Why a body was refused before any schema saw it. */
type BodyProblem = { path: string; problem: string };
export type StrictJson = { ok: true; value: unknown } | ({ ok: false } & BodyProblem);

/** Of a body, where its route says nothing else. */
const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 8;

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (inString) {
      if (character === "\\") i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth -= 1;
  }
  return deepest;
}

/**
 * Parses a request body. `JSON.parse` lets the last of two equal keys win, so that a proxy that reads the first one
 * would see another request: RFC 8259 §4 leaves it open, we refuse it. Size and depth are checked before parsing.
 */
export function parseStrictJson(body: string, maxBytes = MAX_BYTES): StrictJson {
  const refuse = (problem: string): StrictJson => ({ ok: false, path: "", problem });
  if (Buffer.byteLength(body, "utf8") > maxBytes) return refuse(`body is larger than ${maxBytes} bytes`);
  if (depthOf(body) > MAX_DEPTH) return refuse(`body is nested deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  let prototype = false;
  try {
    value = JSON.parse(body, (key, part) => {
      prototype ||= key === "__proto__";
      return part;
    });
  } catch {
    return refuse("body is not valid JSON");
  }
  const [first] = parseDocument(body, { schema: "json", uniqueKeys: true }).errors;
  if (first)
    return refuse(first.code === "DUPLICATE_KEY" ? "body has a key twice" : "body is not valid JSON");
  // Records of any keys would skip it in silence: no field that is unknown may pass.
  if (prototype) return refuse("body has the key __proto__");
  return { ok: true, value };
}
