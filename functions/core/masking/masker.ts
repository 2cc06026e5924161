import { maskKeys } from "./keys.ts";
import { type KnownValue, knownValues } from "./known-values.ts";
import { maskScalar, type Scalar, scalarOf } from "./methods.ts";
import { codeOf, type MaskTrouble, rowFault } from "./row-fault.ts";
import type { FieldRule } from "./rules.ts";
import { allDetectors } from "./text/detectors.ts";
import type { Detector } from "./text/hit.ts";
import { MOST_WORK, maskText } from "./text/mask-text.ts";
import { tokensFor } from "./tokens.ts";
import { type FieldNode, treeOf } from "./tree.ts";

type Masked =
  | { ok: true; row: Record<string, unknown>; masked: number; detected: number }
  | { ok: false; code: MaskTrouble };

/** `row` throws nothing, and an answer that is not ok has nothing of the row in it. */
export type Masker = { row: (row: Record<string, unknown>) => Masked };

const DEEPEST = 32;

/**
 * Masks rows by the rules of a resource, with tokens of one grant. Fields that a rule names keep their name and type; any
 * other is redacted leaf by leaf, and its name is a token too, since a name that nobody declared may be a value.
 */
export function maskerFor(
  rules: readonly FieldRule[],
  secret: Uint8Array,
  grantId: string,
  random: (bytes: number) => Uint8Array,
  detectors: readonly Detector[] = allDetectors,
): Masker {
  const tree = treeOf(rules);
  const tokens = tokensFor(secret, grantId);

  const maskRow = (row: Record<string, unknown>): Masked => {
    let masked = 0;
    let detected = 0;
    const work = { left: MOST_WORK };
    let known: readonly KnownValue[] | undefined;
    const freeText = (text: string): string => {
      known ??= knownValues(tree, row, tokens);
      const found = maskText(text, { detectors, tokens, known, work });
      detected += found.detected;
      return found.text;
    };
    const leaf = (value: Scalar, rule: FieldRule | undefined): Scalar => {
      if (value === null || rule?.method === "keep") return value;
      masked += 1;
      return maskScalar(value, rule, { tokens, random, freeText });
    };
    const walk = (value: unknown, node: FieldNode | undefined, depth: number): unknown => {
      if (depth > DEEPEST) throw rowFault("too_deep");
      const scalar = scalarOf(value);
      if (scalar !== undefined) return leaf(scalar, node?.rule);
      if (Array.isArray(value)) return value.map((each) => walk(each, node?.each, depth + 1));
      const entries = Object.entries(value as Record<string, unknown>);
      const names = maskKeys(
        entries.map(([key]) => key),
        node,
        { tokens, random },
      );
      masked += names.filter((name, index) => name !== entries[index]?.[0]).length;
      // fromEntries makes own members, also of what is called __proto__.
      return Object.fromEntries(
        entries.map(([key, each], index) => [
          names[index],
          walk(each, node?.names ? node.names.get(key) : node?.values, depth + 1),
        ]),
      );
    };
    return { ok: true, row: walk(row, tree, 0) as Record<string, unknown>, masked, detected };
  };

  return {
    row: (row) => {
      try {
        return maskRow(row);
      } catch (fault) {
        // Fail closed, and say nothing that the fault may have taken from the row.
        return { ok: false, code: codeOf(fault) };
      }
    },
  };
}
