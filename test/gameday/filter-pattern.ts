/** A line of a log, as JSON: what a filter's pattern looks at. */
type Line = Record<string, unknown>;
type Test = (line: Line) => boolean;

const TOKEN = /\s*(&&|\|\||[(){}]|\$\.[A-Za-z]+|>=|=|"[^"]*"|-?\d+)/y;

function tokensOf(pattern: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(pattern); match; match = TOKEN.exec(pattern)) tokens.push(match[1] ?? "");
  if (tokens.join("") !== pattern.replace(/\s/g, "")) throw new SyntaxError(`pattern ${pattern}`);
  return tokens;
}

/** As much of CloudWatch Logs' JSON patterns as ours have: texts with a `*` at the end, numbers from some on, and, or. */
export function filterOf(pattern: string): Test {
  const tokens = tokensOf(pattern);
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new SyntaxError(`pattern ${pattern}: ${expected} expected, not ${token}`);
    return token;
  };
  const one = (): Test => {
    if (tokens[0] === "(") {
      take("(");
      const within = either();
      take(")");
      return within;
    }
    const field = take().slice(2);
    const operator = take();
    const wanted: unknown = JSON.parse(take());
    if (operator === ">=") return (line) => typeof line[field] === "number" && line[field] >= Number(wanted);
    const text = String(wanted);
    return text.endsWith("*")
      ? (line) => String(line[field] ?? "").startsWith(text.slice(0, -1))
      : (line) => line[field] === text;
  };
  const joined = (sign: string, part: () => Test, all: (tests: Test[]) => Test) => (): Test => {
    const tests = [part()];
    while (tokens[0] === sign) {
      take(sign);
      tests.push(part());
    }
    return all(tests);
  };
  const both = joined("&&", one, (tests) => (line) => tests.every((test) => test(line)));
  const either: () => Test = joined("||", both, (tests) => (line) => tests.some((test) => test(line)));
  take("{");
  const whole = either();
  take("}");
  return whole;
}
