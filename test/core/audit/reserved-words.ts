// Athena, in DDL and in SELECT: https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
const ddl =
  "all alter and array as authorization between bigint binary boolean both by case cashe cast char column commit conf constraint create cross cube current current_date current_timestamp cursor database date dayofweek decimal delete describe distinct div double drop else end exchange exists extended external extract false fetch float floor following for foreign from full function grant group grouping having if import in inner insert int integer intersect interval into is join lateral left less like local macro map more none not null numeric of on only or order out outer over partialscan partition percent preceding precision preserve primary procedure range reads reduce references regexp revoke right rlike rollback rollup row rows select set smallint start sysdate table tablesample then time timestamp to transform trigger true truncate unbounded union uniquejoin unnest unsigned update user using utc_timestamp values varchar views when where window with";
const select =
  "alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists extract false first for from full group grouping having in inner insert intersect into is join json_array json_exists json_object json_query json_table json_value last left like listagg localtime localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where with";
// DuckDB 2.0: SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'
const duckdb =
  "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with";

/** Every word that one of the engines reserves. */
export const RESERVED: ReadonlySet<string> = new Set(
  [ddl, select, duckdb].flatMap((words) => words.split(" ")),
);
