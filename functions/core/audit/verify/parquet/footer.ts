import type { ColumnType } from "../../columns.ts";
import { damaged, tooLarge, unsupported } from "./fault.ts";
import { count, listIn, type Struct, struct, structIn, type Value } from "./thrift.ts";

/** What a footer says of a column's part in a row group. */
export type Chunk = { start: number; end: number; values: number; codec: "none" | "snappy" };
type FileColumn = { name: string; type: ColumnType; chunks: Chunk[] };
export type Footer = { rows: number; columns: FileColumn[] };

const MAGIC = "PAR1";
/** A footer of a few hundred columns takes some tens of thousands of bytes. */
const MAX_FOOTER = 8 * 1024 * 1024;
/** Physical type and converted type (-1: none) of `parquet.thrift`, and what they are in the record. */
const TYPES: Record<string, ColumnType> = {
  "0/-1": "boolean",
  "1/-1": "int",
  "2/-1": "bigint",
  "2/9": "timestamp",
  "6/0": "string",
};
const OPTIONAL = 1;

const text = (value: Value | undefined): string => {
  if (!(value instanceof Uint8Array)) throw damaged("a column has no name");
  return Buffer.from(value).toString("utf8");
};
const numberOr = (value: Value | undefined, other: number): number =>
  typeof value === "number" ? value : other;

function columnOf(element: Struct): FileColumn {
  const name = text(element.get(4));
  if (element.has(5)) throw unsupported(`column ${name} is nested`);
  if (element.get(3) !== OPTIONAL) throw unsupported(`column ${name} is not optional`);
  const type = TYPES[`${numberOr(element.get(1), -1)}/${numberOr(element.get(6), -1)}`];
  if (!type) throw unsupported(`column ${name} has a type that the record does not use`);
  return { name, type, chunks: [] };
}

function schemaOf(elements: readonly Value[]): FileColumn[] {
  const [root, ...rest] = elements.map((element) => structIn(element, "schema"));
  if (!root || count(root, 5, "count of columns") !== rest.length)
    throw unsupported("its schema is not flat");
  const columns = rest.map(columnOf);
  if (new Set(columns.map(({ name }) => name)).size !== columns.length)
    throw damaged("two columns have one name");
  return columns;
}

function chunkOf(column: Struct, rows: number, name: string, size: number): Chunk {
  if (column.has(1)) throw unsupported("a column is in another file");
  const meta = structIn(column.get(3), "column metadata");
  const path = listIn(meta.get(3), "column path").map(text);
  if (path.length !== 1 || path[0] !== name) throw damaged(`column ${name} is not where the schema says`);
  const codec = count(meta, 4, "codec");
  if (codec > 1) throw unsupported(`column ${name} is compressed by codec ${codec}`);
  const values = count(meta, 5, "count of values");
  if (values !== rows) throw damaged(`column ${name} has ${values} values in ${rows} rows`);
  const data = count(meta, 9, "data page offset");
  const start = meta.has(11) ? Math.min(data, count(meta, 11, "dictionary offset")) : data;
  const end = start + count(meta, 7, "compressed size");
  if (start < MAGIC.length || end > size) throw damaged(`column ${name} goes beyond the file`);
  return { start, end, values, codec: codec === 1 ? "snappy" : "none" };
}

/** Reads and checks a file's footer. `maxRows` is how many rows it may claim. */
export function footerOf(bytes: Uint8Array, maxRows: number): Footer {
  const size = bytes.length;
  const isMarked = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString("latin1") === MAGIC;
  if (size < 12 || !isMarked(0) || !isMarked(size - 4)) throw damaged("it is not a Parquet file");
  const length = new DataView(bytes.buffer, bytes.byteOffset + size - 8, 4).getUint32(0, true);
  if (length > size - 12) throw damaged("its footer is longer than the file");
  if (length > MAX_FOOTER) throw tooLarge(`its footer has ${length} bytes`);
  const meta = struct({ bytes: bytes.subarray(size - 8 - length, size - 8), at: 0 });
  const columns = schemaOf(listIn(meta.get(2), "schema"));
  const rows = count(meta, 3, "count of rows");
  if (rows > maxRows) throw tooLarge(`it claims ${rows} rows`);
  let sum = 0;
  for (const value of listIn(meta.get(4), "row groups")) {
    const group = structIn(value, "row group");
    const inGroup = count(group, 3, "count of rows in a group");
    const chunks = listIn(group.get(1), "columns");
    if (chunks.length !== columns.length) throw damaged("a row group lacks columns");
    for (const [index, column] of columns.entries())
      column.chunks.push(chunkOf(structIn(chunks[index], "column"), inGroup, column.name, size - 8 - length));
    sum += inGroup;
  }
  if (sum !== rows) throw damaged("its row groups have another number of rows");
  return { rows, columns };
}
