/** Why a body was refused before any schema saw it. */
type BodyProblem = { path: string; problem: string };
export type StrictJson = { ok: true; value: unknown } | ({ ok: false } & BodyProblem);

/** Of a body, where its route says nothing else. */
const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 8;

/** How deep a text nests, and how many members its objects have: outside strings, each member has one colon (RFC 8259 §4). */
function shapeOf(text: string): { depth: number; members: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (inString) {
      if (character === "\\") i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === ":") members += 1;
  }
  return { depth: deepest, members };
}

/** How many members the objects of a parsed value have, its own ones that are called `__proto__` too. */
function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const within = Object.values(value).reduce((sum: number, each) => sum + membersOf(each), 0);
  return Array.isArray(value) ? within : within + Object.keys(value).length;
}

/**
 * Parses a request body. `JSON.parse` lets the last of two equal keys win, so that a proxy that reads the first one
 * would see another request: RFC 8259 §4 leaves it open, we refuse it, by counting: what was written twice is there once.
 * Size and depth are checked before parsing.
 */
export function parseStrictJson(body: string, maxBytes = MAX_BYTES): StrictJson {
  const refuse = (problem: string): StrictJson => ({ ok: false, path: "", problem });
  if (Buffer.byteLength(body, "utf8") > maxBytes) return refuse(`body is larger than ${maxBytes} bytes`);
  const { depth, members } = shapeOf(body);
  if (depth > MAX_DEPTH) return refuse(`body is nested deeper than ${MAX_DEPTH} levels`);
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
  if (membersOf(value) !== members) return refuse("body has a key twice");
  // Records of any keys would skip it in silence: no field that is unknown may pass.
  if (prototype) return refuse("body has the key __proto__");
  return { ok: true, value };
}
