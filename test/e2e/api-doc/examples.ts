/** One request of docs/api.md and the answer that it shows. */
export type Example = {
  line: number;
  method: "GET" | "POST" | "DELETE";
  path: string;
  /** Who signs; `anyone` on the approval API. */
  as: string;
  headers: Record<string, string>;
  body: string | undefined;
  answer: { status: number; headers: Record<string, string>; body: unknown };
};

type Block = { line: number; first: string; headers: Record<string, string>; body: string };

function blockOf(text: string, line: number): Block {
  const [head = "", ...rest] = text.split("\n\n");
  const [first = "", ...fields] = head.split("\n");
  const headers = fields.map((field) => [
    field.slice(0, field.indexOf(": ")),
    field.slice(field.indexOf(": ") + 2),
  ]);
  return { line, first, headers: Object.fromEntries(headers), body: rest.join("\n\n") };
}

/** Every block that is fenced as `http`, with the line on which it begins. */
function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```http\n(.*?)\n```$/gms)].map((found) =>
    blockOf(found[1] ?? "", markdown.slice(0, found.index).split("\n").length),
  );
}

/** JSON in which a bare `…` stands for more members, more elements, or any value. */
export function parseShown(text: string): unknown {
  const open: string[] = [];
  let written = "";
  let last = "";
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s]/gs)) {
    if (token === "{" || token === "[") open.push(token);
    if (token === "}" || token === "]") open.pop();
    const isMember = token === "…" && open.at(-1) === "{" && last !== ":";
    written += isMember ? '"…":"…"' : token === "…" ? '"…"' : token;
    last = token;
  }
  return JSON.parse(written);
}

function exampleOf(request: Block, answer: Block | undefined): Example {
  const where = `docs/api.md, line ${request.line}`;
  const [, method, path] = /^(GET|POST|DELETE) (\/\S*)$/.exec(request.first) ?? [];
  const status = /^(\d{3}) /.exec(answer?.first ?? "")?.[1];
  const { as, ...headers } = request.headers;
  if (!method || !path || !as || !answer || !status)
    throw new Error(`${where}: an example is a request with \`as\`, and then its answer`);
  const isJson = answer.body !== "";
  return {
    line: request.line,
    method: method as Example["method"],
    path,
    as,
    headers,
    body: request.body === "" ? undefined : request.body,
    answer: {
      status: Number(status),
      headers: answer.headers,
      body: isJson ? parseShown(answer.body) : undefined,
    },
  };
}

/** The worked examples of docs/api.md, in their order. */
export function examplesIn(markdown: string): Example[] {
  const blocks = blocksOf(markdown);
  return blocks.flatMap((block, index) => (index % 2 === 0 ? exampleOf(block, blocks[index + 1]) : []));
}
