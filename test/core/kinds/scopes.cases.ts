import { type KindName, kindNames } from "../../../functions/core/kinds/names.ts";
import { matrices } from "./matrix/all.ts";

type Refused = { kind: KindName; scope: unknown; path: (string | number)[]; reason: string | RegExp };
type Accepted = { kind: KindName; scope: unknown; canonical: Record<string, unknown> };

const charset = /^has a character that is not allowed/;
/** A policy variable, put together so that no linter takes it for a template. */
const VARIABLE = ["$", "{aws:userid}"].join("");
const both = "must name either a prefix or keys";

/** Key parts that would reach beyond their place, or that IAM, S3 or a proxy would read as something else. */
const hostileKeys: [string, string | RegExp][] = [
  ["", "must not be empty"],
  ["../", "must not contain . or .. as a part"],
  ["a/../b", "must not contain . or .. as a part"],
  ["a/..", "must not contain . or .. as a part"],
  ["./a", "must not contain . or .. as a part"],
  [".", "must not contain . or .. as a part"],
  ["a//b", "must not contain //"],
  ["//", /begin with|contain/],
  ["/a", "must not begin with /: it is relative to the resource"],
  ["*", charset],
  ["a*", charset],
  ["a?b", charset],
  [VARIABLE, charset],
  ["$", charset],
  ['a"b', charset],
  ["a%2eb", charset],
  ["%2e%2e/", charset],
  ["a\\b", charset],
  ["a\nb", charset],
  ["a\n", charset],
  ["\u0000", charset],
  ["a\u202eb", charset],
  ["a\u200bb", charset],
  ["\uff0e\uff0e/", charset],
  ["a\u2215b", charset],
  ["\u0430", charset],
  ["\uff0a", charset],
  ["a{b}", charset],
  ["a<b>", charset],
  ["a|b", charset],
  ["\ud800", charset],
  ["a".repeat(513), "must be at most 512 characters"],
];

const hostileValues: [string, string | RegExp][] = [
  ["", "must not be empty"],
  ["*", charset],
  ["a?", charset],
  [VARIABLE, charset],
  ["a'b", charset],
  ['a"b', charset],
  ["a%41", charset],
  ["a\\u0041", charset],
  ["a\tb", charset],
  ["a\n", charset],
  ["\u0000", charset],
  ["a\u2066b", charset],
  ["\uff04{x}", charset],
  ["\u0430", charset],
  ["a".repeat(129), "must be at most 128 characters"],
];

const s3 = (scope: unknown, path: (string | number)[], reason: string | RegExp): Refused => ({
  kind: "s3-prefix",
  scope,
  path,
  reason,
});
const dynamo = (scope: unknown, path: (string | number)[], reason: string | RegExp): Refused => ({
  kind: "dynamodb-table",
  scope,
  path,
  reason,
});

export const refused: Refused[] = [
  ...kindNames.flatMap((kind) => matrices[kind].scopes.refused.map((row) => ({ kind, ...row }))),
  ...hostileKeys.map(([prefix, reason]) => s3({ prefix }, ["prefix"], reason)),
  ...hostileKeys.map(([key, reason]) => s3({ keys: ["good", key] }, ["keys", 1], reason)),
  s3({}, [], both),
  s3({ prefix: "a/", keys: ["a/b"] }, [], both),
  s3({ keys: [] }, ["keys"], "must not be empty"),
  s3({ keys: Array.from({ length: 21 }, (_, index) => `k${index}`) }, ["keys"], "must name at most 20 keys"),
  s3({ prefix: null }, ["prefix"], /expected string/),
  s3({ prefix: ["a"] }, ["prefix"], /expected string/),
  s3({ prefix: { toString: "a" } }, ["prefix"], /expected string/),
  s3({ keys: "a" }, ["keys"], /expected array/),
  s3({ prefix: "a/", bucket: "other" }, [], /Unrecognized key/),
  s3({ prefix: "a/", Prefix: "b/" }, [], /Unrecognized key/),
  s3(JSON.parse('{ "__proto__": { "prefix": "a/" } }'), [], /Unrecognized key/),
  s3(JSON.parse('{ "prefix": "a/", "__proto__": {} }'), [], /Unrecognized key/),
  s3({ prefix: "a/", constructor: "x" }, [], /Unrecognized key/),
  s3([], [], /expected object/),
  s3(null, [], /expected object/),
  s3("a/", [], /expected object/),
  ...hostileValues.map(([value, reason]) =>
    dynamo({ leadingKeys: ["a", value] }, ["leadingKeys", 1], reason),
  ),
  ...["", "a b", "1a", "a.b", "#a", ":a", "a*", "a[0]", "\u0430", "__proto__\n", "a".repeat(65)].map((name) =>
    dynamo({ attributes: [name] }, ["attributes", 0], "must be a plain attribute name"),
  ),
  dynamo({}, [], "must name an index, leadingKeys or attributes"),
  dynamo({ leadingKeys: [] }, ["leadingKeys"], "must not be empty"),
  dynamo({ leadingKeys: ["a"], attributes: [] }, ["attributes"], "must not be empty"),
  dynamo({ leadingKeys: Array(21).fill("a") }, ["leadingKeys"], "must name at most 20 keys"),
  dynamo({ attributes: Array(31).fill("a") }, ["attributes"], "must name at most 30 attributes"),
  dynamo({ leadingKeys: [7] }, ["leadingKeys", 0], /expected string/),
  dynamo({ leadingKeys: ["a"], indices: "by-email" }, [], /Unrecognized key/),
  dynamo(JSON.parse('{ "leadingKeys": ["a"], "__proto__": {} }'), [], /Unrecognized key/),
  dynamo({ prefix: "a/" }, [], /Unrecognized key/),
];

export const accepted: Accepted[] = [
  ...kindNames.flatMap((kind) => matrices[kind].scopes.accepted.map((row) => ({ kind, ...row }))),
  { kind: "s3-prefix", scope: { prefix: "2026/" }, canonical: { prefix: "2026/" } },
  { kind: "s3-prefix", scope: { prefix: "2026" }, canonical: { prefix: "2026" } },
  { kind: "s3-prefix", scope: { prefix: "a/.hidden/..b/c..d" }, canonical: { prefix: "a/.hidden/..b/c..d" } },
  {
    kind: "s3-prefix",
    scope: { prefix: "Q1 (final)/it's=+@,:!_.-" },
    canonical: { prefix: "Q1 (final)/it's=+@,:!_.-" },
  },
  { kind: "s3-prefix", scope: { keys: ["b", "a", "b"] }, canonical: { keys: ["a", "b"] } },
  { kind: "s3-prefix", scope: { prefix: "a".repeat(512) }, canonical: { prefix: "a".repeat(512) } },
  { kind: "s3-prefix", scope: { prefix: undefined, keys: ["a"] }, canonical: { keys: ["a"] } },
  {
    kind: "dynamodb-table",
    scope: { leadingKeys: ["user#2", "user#1", "user#2"] },
    canonical: { leadingKeys: ["user#1", "user#2"] },
  },
  {
    kind: "dynamodb-table",
    scope: { attributes: ["name", "id", "_x-1"] },
    canonical: { attributes: ["_x-1", "id", "name"] },
  },
  {
    kind: "dynamodb-table",
    scope: { attributes: ["constructor"], leadingKeys: ["../a", "__proto__"] },
    canonical: { leadingKeys: ["../a", "__proto__"], attributes: ["constructor"] },
  },
];
