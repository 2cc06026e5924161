import type { LocatedRule } from "../../../functions/core/policy/files/cedar.ts";
import type { PolicyFolder } from "../../../functions/core/policy/files/folder.ts";
import { readFolder } from "../../../functions/core/policy/files/source.ts";
import { blankComments, splitRules } from "../../../functions/core/policy/files/split-rules.ts";

/** One file of a policy folder, changed; `before` is absent where it is new. Paths lie in the folder. */
export type Edit = { path: string; before?: string; after: string };

const nobody = () => undefined;

/** A rule where it stands, with the path of its file. */
function located(folder: PolicyFolder, id: string): (LocatedRule & { path: string }) | undefined {
  for (const source of readFolder(folder, "rules", ".cedar", nobody)) {
    const rule = splitRules(source, nobody)?.find(({ json }) => json.annotations?.id === id);
    if (rule) return { ...rule, path: source.name.slice(folder.name.length + 1) };
  }
  return undefined;
}

/** A rule's text changed where it stands; undefined where the folder has no such rule, or nothing is changed. */
function changed(folder: PolicyFolder, id: string, change: (text: string) => string): Edit | undefined {
  const rule = located(folder, id);
  if (!rule) return undefined;
  const { source, start, text, path } = rule;
  const after = `${source.text.slice(0, start)}${change(text)}${source.text.slice(start + text.length)}`;
  return after === source.text ? undefined : { path, before: source.text, after };
}

/** One more clause at the end of a rule: it applies to less, and to nothing that it did not apply to before. */
export const withClause = (folder: PolicyFolder, id: string, clause: string): Edit | undefined =>
  changed(folder, id, (text) => {
    const end = blankComments(text).lastIndexOf(";");
    return `${text.slice(0, end).trimEnd()} ${clause}${text.slice(end)}`;
  });

/** Another longest window for a permit. */
export const withMaxWindow = (folder: PolicyFolder, id: string, window: string): Edit | undefined =>
  changed(folder, id, (text) => text.replace(/@maxWindow\("\w+"\)/, `@maxWindow("${window}")`));

/** The text of a file, where there is one. */
function textOf(folder: PolicyFolder, path: string): string | undefined {
  const found = folder.read(path);
  return "value" in found ? new TextDecoder().decode(found.value) : undefined;
}

/** More at the end of a file, which is made where there is none, beginning with `head`. */
export function appended(
  folder: PolicyFolder,
  path: string,
  { head, text }: Record<"head" | "text", string>,
) {
  const before = textOf(folder, path);
  const edit: Edit =
    before === undefined
      ? { path, after: `${head}${text}` }
      : { path, before, after: `${before.trimEnd()}\n${text}` };
  return edit;
}

/** The folder as it would be after some edits. Nothing is written. */
export function withEdits(folder: PolicyFolder, edits: readonly Edit[]): PolicyFolder {
  const edited = new Map(edits.map(({ path, after }) => [path, new TextEncoder().encode(after)]));
  return {
    name: folder.name,
    read(path) {
      const value = edited.get(path);
      return value ? { value } : folder.read(path);
    },
    list(path) {
      const found = folder.list(path);
      if (!("value" in found)) return found;
      const own = [...edited.keys()].flatMap((each) =>
        each.startsWith(`${path}/`) ? [each.slice(path.length + 1)] : [],
      );
      return { value: [...new Set([...found.value, ...own])] };
    },
  };
}

const CONTEXT = 3;

/** An edit as a patch that `git apply` takes: one hunk, since one place of the file is changed. */
export function patchOf(folder: string, { path, before, after }: Edit): string {
  const lines = (text: string) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
  const [was, is] = [lines(before ?? ""), lines(after)];
  const most = Math.min(was.length, is.length);
  let top = 0;
  while (top < most && was[top] === is[top]) top += 1;
  let end = 0;
  while (end < most - top && was[was.length - 1 - end] === is[is.length - 1 - end]) end += 1;
  const from = Math.max(0, top - CONTEXT);
  const tail = was.slice(was.length - end, was.length - end + CONTEXT);
  const counts = [was, is].map((each) => each.length - end - from + tail.length);
  const first = (count = 0) => `${count === 0 ? from : from + 1},${count}`;
  return [
    ...(before === undefined
      ? [`diff --git a/${folder}/${path} b/${folder}/${path}`, "new file mode 100644", "--- /dev/null"]
      : [`--- a/${folder}/${path}`]),
    `+++ b/${folder}/${path}`,
    `@@ -${first(counts[0])} +${first(counts[1])} @@`,
    ...was.slice(from, top).map((line) => ` ${line}`),
    ...was.slice(top, was.length - end).map((line) => `-${line}`),
    ...is.slice(top, is.length - end).map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
    "",
  ].join("\n");
}
