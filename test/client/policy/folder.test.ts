import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderAt } from "../../../client/policy/folder.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "latchkey-folder-"));
  mkdirSync(join(dir, "rules"));
  writeFileSync(join(dir, "rules/one.cedar"), "x");
});
afterEach(() => rmSync(dir, { recursive: true }));

test("a policy folder gives its plain files, and their names", () => {
  expect(folderAt(dir).list("rules")).toEqual({ value: ["one.cedar"] });
  const found = folderAt(dir).read("rules/one.cedar");
  expect("value" in found && Buffer.from(found.value).toString()).toBe("x");
  expect(folderAt(dir).read("two.yaml")).toEqual({ reason: "it does not exist" });
  expect(folderAt(dir).read("rules")).toEqual({ reason: "it is a folder" });
  expect(folderAt(dir).list("rules/one.cedar")).toEqual({ reason: "it is not a folder" });
});

test("nothing is read through a link, of a file or of a folder on the way", () => {
  const link = { reason: "it is a link: only what lies in the folder itself counts" };
  symlinkSync("/etc/hostname", join(dir, "risk.yaml"));
  symlinkSync(join(dir, "rules"), join(dir, "cases"));
  expect(folderAt(dir).read("risk.yaml")).toEqual(link);
  expect(folderAt(dir).list("cases")).toEqual(link);
  expect(folderAt(dir).read("cases/one.cedar")).toEqual(link);
});

test("what would be read for ever, or is too large for a policy, is not read", async () => {
  const server = createServer().listen(join(dir, "socket.yaml"));
  await once(server, "listening");
  expect(folderAt(dir).read("socket.yaml")).toEqual({ reason: "it is no plain file" });
  server.close();
  writeFileSync(join(dir, "large.yaml"), Buffer.alloc(4 * 1024 * 1024 + 1, "a"));
  expect(folderAt(dir).read("large.yaml")).toEqual({ reason: "it is larger than 4 MiB" });
});
