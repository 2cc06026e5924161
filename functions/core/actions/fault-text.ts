import { UNSAFE } from "../unsafe.ts";

const LONGEST = 200;
/** What names something: ARNs, URIs, paths, quoted text, ids and numbers of some length. */
const NAMING = /\b(?:arn:|s3:\/\/|https?:\/\/)\S+|"[^"]*"|'[^']*'|\S*\/\S+|\b[\w-]*\d{5,}[\w-]*\b/g;

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

/**
 * What AWS said of a call, short, and without what the parameters held: it goes into the record, which is read by more
 * people than may see the parameters. The name of the error is always there.
 */
export function shortened(fault: { name: string; message: string }, parameters: unknown): string {
  const values = textsIn(parameters)
    .filter((text) => text.length > 2)
    .sort((a, b) => b.length - a.length);
  const plain = values.reduce((text, value) => text.replaceAll(value, "…"), fault.message);
  const said = plain.replace(NAMING, "…").replace(UNSAFE, "").replace(/\s+/g, " ").trim();
  const whole = said === "" ? fault.name : `${fault.name}: ${said}`;
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
}
