import { createHash } from "node:crypto";
import { type Masker, maskerFor } from "../../../functions/core/masking/masker.ts";
import { type FieldRule, fieldRules } from "../../../functions/core/masking/rules.ts";

export const SECRET = new Uint8Array(32).fill(7);
export const GRANT = "k7m2k7m2k7m2k7m2";

/** Bytes that look like chance and are the same in every run. */
export function chance(seed = "a"): (count: number) => Uint8Array {
  let block = 0;
  return (count) => {
    const bytes: number[] = [];
    for (; bytes.length < count; block += 1)
      bytes.push(...createHash("sha256").update(`${seed} ${block}`).digest());
    return Uint8Array.from(bytes.slice(0, count));
  };
}

export type RuleInput = FieldRule;
export const rulesOf = (rules: readonly RuleInput[]): FieldRule[] => fieldRules.parse(rules);

export const maskerOf = (
  rules: readonly RuleInput[],
  { secret = SECRET, grant = GRANT, seed = "a" }: { secret?: Uint8Array; grant?: string; seed?: string } = {},
): Masker => maskerFor(rulesOf(rules), secret, grant, chance(seed));

/** The masked row; fails where there is none. */
export function masked(rules: readonly RuleInput[], row: Record<string, unknown>): Record<string, unknown> {
  const answer = maskerOf(rules).row(row);
  if (!answer.ok) throw new Error(`refused: ${answer.code}`);
  return answer.row;
}

/** What a free text comes to, with other fields beside it. */
export const maskedText = (text: string, beside: { rule: RuleInput; value: unknown }[] = []): string =>
  String(
    masked(
      [{ path: "notes", class: "free-text", method: "token" }, ...beside.map(({ rule }) => rule)],
      Object.fromEntries([["notes", text], ...beside.map(({ rule, value }) => [rule.path, value])]),
    ).notes,
  );
