import type { Statement } from "../../core/kinds/kind.ts";

const ALPHANUMERIC = /[\p{L}\p{N}]/u;

/** Names and values that the exact statements hold: bucket, key patterns without their star, table, condition values. */
export function literalsOf(statements: readonly Statement[]): string[] {
  const fromArn = (arn: string): string[] => {
    const [, , , , account = "", ...rest] = arn.split(":");
    const name = rest.join(":");
    const slash = name.indexOf("/");
    if (slash < 0) return [name];
    // An S3 ARN names no account and begins with its bucket; others begin with a type ("table/…").
    return account === "" ? [name.slice(0, slash), name.slice(slash + 1)] : [name.slice(slash + 1)];
  };
  const values = statements.flatMap((statement) => [
    ...statement.Resource.flatMap(fromArn),
    ...Object.values(statement.Condition ?? {}).flatMap((test) => Object.values(test).flat()),
  ]);
  return [...new Set(values.map((value) => value.replace(/\*$/, "")))].filter((value) => value !== "");
}

/** Names and values in the sentences of a view: those of its statements, and those that no statement holds. */
export const literalsIn = ({
  statements,
  values = [],
}: {
  statements: readonly Statement[];
  values?: readonly string[] | undefined;
}): string[] => [...literalsOf(statements), ...values];

/** A piece of a sentence; `literal` when it is a name or value taken from the ask rather than our own words. */
export type Piece = { text: string; literal: boolean };

/**
 * Cuts a sentence into our words and the literals in it. A scope value may itself read like a sentence ("2026/ (checked
 * by security)"), so it must never look like one of ours: every occurrence of every literal counts, overlapping ones
 * together, so that what goes wrong goes wrong towards marking too much.
 */
export function piecesOf(sentence: string, literals: readonly string[]): Piece[] {
  const marked = new Uint8Array(sentence.length);
  for (const literal of literals) {
    for (let at = sentence.indexOf(literal); at >= 0; at = sentence.indexOf(literal, at + 1)) {
      const end = at + literal.length;
      const insideWord = ALPHANUMERIC.test(sentence[at - 1] ?? "") || ALPHANUMERIC.test(sentence[end] ?? "");
      if (!insideWord) marked.fill(1, at, end);
    }
  }
  const pieces: Piece[] = [];
  for (let at = 0; at < sentence.length; ) {
    const literal = marked[at] === 1;
    let end = at;
    while (end < sentence.length && (marked[end] === 1) === literal) end += 1;
    pieces.push({ text: sentence.slice(at, end), literal });
    at = end;
  }
  return pieces;
}
