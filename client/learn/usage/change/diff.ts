const CONTEXT = 3;

/** What stands in a file before and after; `before` absent where there is none yet. */
export type FileChange = { path: string; before?: string; after: string };

const linesIn = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/** A change in one place as `git apply` takes it. https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html */
export function patchOf({ path, before, after }: FileChange): string {
  const to = linesIn(after);
  if (before === undefined) {
    const added = to.map((line) => `+${line}\n`).join("");
    return `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${to.length} @@\n${added}`;
  }
  const from = linesIn(before);
  const least = Math.min(from.length, to.length);
  let top = 0;
  while (top < least && from[top] === to[top]) top += 1;
  let rest = 0;
  while (rest < least - top && from.at(-1 - rest) === to.at(-1 - rest)) rest += 1;
  const start = Math.max(0, top - CONTEXT);
  const removed = from.slice(top, from.length - rest);
  const added = to.slice(top, to.length - rest);
  const lead = from.slice(start, top);
  const tail = from.slice(from.length - rest, from.length - rest + CONTEXT);
  const count = (own: readonly string[]) => lead.length + own.length + tail.length;
  const marked = (mark: string, lines: readonly string[]) => lines.map((line) => `${mark}${line}\n`).join("");
  return (
    `--- a/${path}\n+++ b/${path}\n` +
    `@@ -${start + 1},${count(removed)} +${start + 1},${count(added)} @@\n` +
    marked(" ", lead) +
    marked("-", removed) +
    marked("+", added) +
    marked(" ", tail)
  );
}
