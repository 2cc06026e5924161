import { readFileSync } from "node:fs";
import type { ActionBody } from "../../functions/core/api/actions.ts";
import { parseStrictJson } from "../../functions/core/strict-json.ts";
import { LatchkeyError } from "../errors.ts";

type Parameters = ActionBody["parameters"];

/** `name=text` or `name:=json`; a name may lead into what is nested, by dots. */
const PAIR = /^([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)(:?=)(.*)$/s;

const wrong = (sentence: string): LatchkeyError => new LatchkeyError("usage", sentence);
const isObject = (value: unknown): value is Parameters =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a file, or what comes in (`-`), holds. */
export function textOf(source: string): string {
  try {
    return readFileSync(source === "-" ? 0 : source, "utf8");
  } catch {
    throw wrong(source === "-" ? "What comes in cannot be read." : `${source} cannot be read.`);
  }
}

/** JSON in which no key stands twice: which of the two would be approved? */
function jsonOf(text: string, where: string): unknown {
  const read = parseStrictJson(text);
  if (read.ok) return read.value;
  throw wrong(`${where}: ${read.problem.replace("body", "it")}.`);
}

function put(into: Parameters, path: readonly string[], value: Parameters[string]): void {
  const [name = "", ...rest] = path;
  if (name === "__proto__") throw wrong("--parameters: no parameter is called __proto__.");
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner = Object.hasOwn(into, name) ? into[name] : {};
  if (!isObject(inner)) throw wrong(`--parameters: ${name} has no parts, so there is no ${path.join(".")}.`);
  into[name] = inner;
  put(inner, rest, value);
}

/** The parameters that `--parameters` say, each laid over those before it. */
export function parametersFrom(given: readonly string[] = []): Parameters {
  const parameters: Parameters = {};
  for (const each of given) {
    const [, name = "", sign, text = ""] = PAIR.exec(each) ?? [];
    if (sign !== undefined) {
      const value = sign === "=" ? text : jsonOf(text, `--parameters ${name}`);
      put(parameters, name.split("."), value as Parameters[string]);
      continue;
    }
    const where = each === "-" ? "What comes in" : each;
    const read = jsonOf(textOf(each), where);
    if (!isObject(read)) throw wrong(`${where}: the parameters of an action are one JSON object.`);
    Object.assign(parameters, read);
  }
  return parameters;
}
