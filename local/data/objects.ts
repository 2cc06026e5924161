/** What is put into a bucket: `key` is relative to the prefix of the resource, `body` is UTF-8 text, but for Parquet. */
export type DataObject<Body = string> = Readonly<{ key: string; body: Body; contentType: string }>;

/** Items by label, labels in the order of their first item. (Object.groupBy needs Node 21.) */
export const grouped = <T>(items: readonly T[], labelOf: (item: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const label = labelOf(item);
    const group = groups.get(label);
    if (group) group.push(item);
    else groups.set(label, [item]);
  }
  return [...groups];
};

/** Replaces `{slot}`; an unknown slot is a typo in a template and must not reach the data. */
export const fill = (template: string, slots: Readonly<Record<string, string>>) =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = slots[name];
    if (value === undefined) throw new Error(`no value for {${name}} in: ${template}`);
    return value;
  });

/** One CSV file, RFC 4180: CRLF, a cell quoted only where it must be, quotes doubled. */
export const csv = (rows: readonly (readonly string[])[]) =>
  rows.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");

const csvCell = (cell: string) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
