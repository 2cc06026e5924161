import { readFileSync } from "node:fs";
import { join } from "node:path";

type Catcher = { Comment?: string; ErrorEquals: string[]; Output?: unknown; Next: string };
export type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: string;
};
export type Task = {
  Type: "Task";
  Comment?: string;
  Resource: string;
  TimeoutSeconds: unknown;
  Arguments: { FunctionName: string; Payload: Record<string, unknown> };
  Output?: unknown;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Next?: string;
  End?: boolean;
};
type Choice = {
  Type: "Choice";
  Comment?: string;
  Choices: { Condition: string; Next: string }[];
  Default?: string;
};
type Wait = { Type: "Wait"; Comment?: string; Seconds?: unknown; Timestamp?: unknown; Next: string };
type Succeed = { Type: "Succeed"; Comment?: string };
type Fail = { Type: "Fail"; Comment?: string; Error: string; Cause: string };
export type State = Task | Choice | Wait | Succeed | Fail;
export type Machine = {
  Comment?: string;
  QueryLanguage: string;
  StartAt: string;
  States: Record<string, State>;
};

/** The very file that is deployed. */
export const machine: Machine = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../statemachines/grant-lifecycle.asl.json"), "utf8"),
);
export const states = Object.entries(machine.States);
export const statesOf = <T extends State["Type"]>(type: T) =>
  states.filter((entry): entry is [string, Extract<State, { Type: T }>] => entry[1].Type === type);

/** Where a state may lead, in every way. */
export function nextsOf(state: State): string[] {
  switch (state.Type) {
    case "Choice":
      return [...state.Choices.map(({ Next }) => Next), ...(state.Default ? [state.Default] : [])];
    case "Task":
      return [...(state.Next ? [state.Next] : []), ...(state.Catch ?? []).map(({ Next }) => Next)];
    case "Wait":
      return [state.Next];
    case "Succeed":
    case "Fail":
      return [];
  }
}

/** All states within reach of one. */
export function reachable(from: string, within: Machine = machine): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const state = within.States[name];
    if (state) nextsOf(state).forEach(visit);
  };
  visit(from);
  return seen;
}

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** The text inside `{% %}`, or nothing when a text is just a text. */
export const expressionIn = (text: string): string | undefined => EXPRESSION.exec(text)?.[1]?.trim();

/** Every expression of a state, wherever it is. */
export function expressionsIn(value: unknown): string[] {
  if (typeof value === "string")
    return expressionIn(value) === undefined ? [] : [expressionIn(value) as string];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(expressionsIn);
}
