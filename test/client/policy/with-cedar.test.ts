import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../../client/exit.ts";
import { withCedar } from "../../../client/policy/with-cedar.ts";

/** What Node throws where a module is imported and no packages are. */
function faultOf(module: string): Error {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-alone-"));
  const file = join(folder, "alone.mjs");
  writeFileSync(
    file,
    `await import(process.argv[2]).catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`,
  );
  try {
    const said = execFileSync(process.execPath, [file, module], { encoding: "utf8" });
    const { code, message } = JSON.parse(said);
    return Object.assign(new Error(message), { code });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the policy commands without Cedar", () => {
  it("say what to install, in the version that is tested", async () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    const version = dependencies["@cedar-policy/cedar-wasm"];
    const work = () => Promise.reject(faultOf("@cedar-policy/cedar-wasm/nodejs"));
    await expect(withCedar(work)).rejects.toMatchObject({
      exitCode: exitCodes.config,
      message: `The policy commands need Cedar: npm install @cedar-policy/cedar-wasm@${version}`,
    });
  });

  it("take no other missing module for it", async () => {
    const work = () => Promise.reject(faultOf("something-else-that-is-not-there"));
    await expect(withCedar(work)).rejects.toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
  });
});
