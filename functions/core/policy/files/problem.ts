/** One thing that is wrong in a policy file. `at` says where inside the line's document, such as `agents[0].key`. */
export type Problem = { file: string; line: number; at?: string; reason: string };

export type Report = (problem: Problem) => void;

export type Path = readonly PropertyKey[];

/** `resources[0].arn`, as people write it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** A problem on one line: `policy/catalogue/agents.yaml:14: agents[0].key: is required`. */
export function problemText({ file, line, at, reason }: Problem): string {
  return oneLine(`${file}:${line}: ${at ? `${at}: ` : ""}${reason}`);
}

// By file and line, so that the same mistakes give the same text: Cedar reports in no fixed order.
function compare(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.line !== b.line) return a.line - b.line;
  return problemText(a) < problemText(b) ? -1 : 1;
}

/** Everything that is wrong with what an operator wrote, in one error, so that one run is enough to mend it all. */
export class PolicyError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = [...problems].sort(compare);
    const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`;
    super(`${count} in the policy:\n${sorted.map(problemText).join("\n")}`);
    this.name = "PolicyError";
    this.problems = sorted;
  }
}

/** Throws what was reported, if anything was. */
export function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new PolicyError(problems);
}
