import { randomBytes } from "node:crypto";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PART, scanner } from "./scan.ts";

const KEY = 'wJalr/XUtnFEMI+K7MDENG"bPxRfi\\CYEX=AMPLEKEY';
const CODE = "k7m2q4xz";
const secrets = [
  { name: "secret key", value: KEY },
  { name: "code", value: CODE },
];
const search = scanner(secrets);
const found = (content: Buffer | string) =>
  search(content, "here").map(({ secret, form }) => `${secret}: ${form}`);

const url = (text: string) => encodeURIComponent(text);
const base64 = (content: Buffer | string) => Buffer.from(content).toString("base64");
const noise = (length: number) => randomBytes(length).toString("hex").slice(0, length);
const buffers = (...parts: (Buffer | string)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** How a secret may be hidden, and what the scanner says of it. */
const hidings: [form: string, hide: (secret: string) => Buffer | string][] = [
  ["clear", (secret) => secret],
  ["base64", (secret) => base64(secret)],
  ["base64", (secret) => base64(`1${secret}`)],
  ["base64", (secret) => base64(`12${secret}`)],
  ["base64", (secret) => Buffer.from(`12${secret}`).toString("base64url")],
  ["base64", (secret) => base64(`${noise(100)}${secret}`).replace(/.{76}/g, "$&\r\n")],
  ["hex", (secret) => Buffer.from(secret).toString("hex")],
  ["hex", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
  ["hex", (secret) => `a${Buffer.from(secret).toString("hex")}`],
  ["gzip", (secret) => gzipSync(secret)],
  ["gzip", (secret) => buffers("before", gzipSync(`${noise(500)}${secret}`), "after")],
  ["zlib", (secret) => buffers(randomBytes(33), deflateSync(`{"k":"${secret}"}`), randomBytes(7))],
  ["deflate", (secret) => deflateRawSync(secret)],
  ["deflate", (secret) => buffers("PK", deflateRawSync(`${noise(3000)}${secret}`), randomBytes(7))],
  ["deflate", (secret) => deflateRawSync(`${noise(10)}${secret}`, { level: 0 })],
  ["base64, gzip", (secret) => base64(gzipSync(secret))],
  ["base64, gzip", (secret) => `x${base64(buffers("ab", gzipSync(secret)))}`],
  ["gzip, base64", (secret) => gzipSync(base64(secret))],
  ["base64, base64", (secret) => base64(base64(secret))],
  ["JSON, JSON", (secret) => JSON.stringify(JSON.stringify(`"${secret}`))],
];

describe("the scanner for secrets (I-09)", () => {
  it.each(hidings)("finds one in %s, however it lies (%#)", (form, hide) => {
    for (const { name, value } of secrets) {
      const hidden = hide(value);
      expect(found(hidden)).toContain(`${name}: ${form}`);
      expect(found(buffers(`{"message":"`, hidden, `"} and more`))).toContain(`${name}: ${form}`);
    }
  });

  it.each([
    ["URL-encoded", url(KEY)],
    [
      "URL-encoded",
      url(KEY)
        .toLowerCase()
        .replaceAll(/[^%]/g, (mark, at) => url(KEY)[at] ?? mark),
    ],
    ["URL-encoded, URL-encoded", url(url(KEY))],
    ["JSON", JSON.stringify({ [KEY]: 1 })],
    ["JSON", JSON.stringify(KEY).replaceAll("/", "\\/").replaceAll("+", "\\u002b")],
    ["base64, URL-encoded", base64(`?key=${url(KEY)}`)],
  ])("finds a key %s", (form, content) => {
    expect(found(`at ${content} end`)).toContain(`secret key: ${form}`);
  });

  it("says which secret, in what place and in what form, once, and never the secret", () => {
    const content = `${base64(KEY)} ${base64(KEY)} ${CODE}`;
    expect(search(content, "log /aws/lambda/x")).toEqual([
      { secret: "code", place: "log /aws/lambda/x", form: "clear" },
      { secret: "secret key", place: "log /aws/lambda/x", form: "base64" },
    ]);
  });

  it("finds a part that is long enough, wherever in the secret, and no shorter one", () => {
    const alone = scanner(secrets.slice(0, 1));
    for (let at = 0; at + PART <= KEY.length; at += 1) {
      expect(found(`<${KEY.slice(at, at + PART)}>`)).toEqual(["secret key: clear"]);
      expect(found(KEY.slice(at, at + PART))).toEqual(["secret key: clear"]);
      expect(alone(`<${KEY.slice(at, at + PART)}>`, "here")).toHaveLength(1);
    }
    for (let at = 0; at + PART - 1 <= KEY.length; at += 1)
      expect(found(`<${KEY.slice(at, at + PART - 1)}>`)).toEqual([]);
    expect(found(CODE.slice(1))).toEqual([]);
  });

  it("takes off so many wrappings and no more", () => {
    const wrapped = (times: number): string => (times === 0 ? KEY : base64(wrapped(times - 1)));
    expect(found(wrapped(5))).toHaveLength(1);
    expect(found(wrapped(6))).toEqual([]);
  });

  it.each([
    ["text", () => base64(randomBytes(750_000))],
    ["bytes", () => randomBytes(250_000)],
    [
      "lines of a log",
      () => Array.from({ length: 2_000 }, (_, at) => JSON.stringify({ at, id: noise(64) })).join("\n"),
    ],
  ])(
    "raises no false alarm in much random %s",
    (_, make) => {
      expect(found(make())).toEqual([]);
    },
    60_000,
  );

  it("finds it again in the next text, whatever was clean before", () => {
    for (const content of [base64("nothing in it"), base64(KEY), base64("nothing in it"), base64(KEY)])
      expect(found(content)).toEqual(content === base64(KEY) ? ["secret key: base64"] : []);
  });

  it("finds nothing when there is nothing to look for", () => {
    expect(scanner([])("anything", "here")).toEqual([]);
  });
});
