import { stepsOf } from "./paths.ts";
import type { FieldRule } from "./rules.ts";

/** What the rules say of one place in a row: of a scalar, of members by name, of a list's elements, of a map. */
export type FieldNode = {
  rule?: FieldRule;
  names?: Map<string, FieldNode>;
  each?: FieldNode;
  values?: FieldNode;
  keys?: FieldRule;
};

function below(node: FieldNode, step: { name: string } | "[]" | "{}"): FieldNode {
  if (step === "[]") {
    node.each ??= {};
    return node.each;
  }
  if (step === "{}") {
    node.values ??= {};
    return node.values;
  }
  node.names ??= new Map();
  const known = node.names.get(step.name) ?? {};
  node.names.set(step.name, known);
  return known;
}

/** The rules as the tree that a row is walked along. Of the root only members by name can be meant. */
export function treeOf(rules: readonly FieldRule[]): FieldNode {
  const root: FieldNode = { names: new Map() };
  for (const rule of rules) {
    let node = root;
    for (const step of stepsOf(rule.path) ?? []) {
      if (step === "{key}") node.keys = rule;
      else node = below(node, step);
    }
    if (!rule.path.endsWith("{key}")) node.rule = rule;
  }
  return root;
}
