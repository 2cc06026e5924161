import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type PlaceOptions, placeOf } from "../../../client/broker/place.ts";
import { LatchkeyError } from "../../../client/errors.ts";

const AWS = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/v1";
const LOCAL = "http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4/v1";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "latchkey-place-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const place = (options: PlaceOptions = {}, env: NodeJS.ProcessEnv = {}, cwd = root) =>
  placeOf(options, { env, cwd, home: join(root, "home") });
function kindOf(options: PlaceOptions, env?: NodeJS.ProcessEnv): [string, string] {
  try {
    place(options, env);
  } catch (error) {
    if (error instanceof LatchkeyError) return [error.kind, error.message];
    throw error;
  }
  return ["found", ""];
}
function writeLocal(folder = root, over: object = {}): string {
  mkdirSync(join(folder, ".latchkey"), { recursive: true });
  const file = join(folder, ".latchkey", "local.json");
  const identities = { agent: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "made up" } };
  const content = {
    endpoint: "http://127.0.0.1:4566",
    region: "us-east-1",
    apiUrl: LOCAL,
    identities,
    ...over,
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}
function writeConfig(content: string): void {
  mkdirSync(join(root, "home/.config/latchkey"), { recursive: true });
  writeFileSync(join(root, "home/.config/latchkey/config.yaml"), content);
}

describe("where the broker is", () => {
  test("the first that is said wins: option, variable, own file, local AWS here or above", () => {
    writeLocal();
    const below = join(root, "a/b");
    mkdirSync(below, { recursive: true });
    expect(place({}, {}, below)).toMatchObject({ url: LOCAL, region: "us-east-1" });
    writeConfig("endpoint: https://access.example.com/v1\nregion: eu-north-1\nawsProfile: ci\n");
    expect(place()).toMatchObject({
      ...{ url: "https://access.example.com/v1", region: "eu-north-1", awsProfile: "ci" },
    });
    const env = { LATCHKEY_ENDPOINT: `${AWS}/` };
    expect(place({}, env)).toMatchObject({ url: AWS, region: "eu-west-1", source: "LATCHKEY_ENDPOINT" });
    expect(place({ endpoint: "https://other.example.com", region: "x-1" }, env).source).toBe("--endpoint");
    expect(place({ as: "agent" }, env)).toMatchObject({
      ...{ url: LOCAL, credentials: { accessKeyId: "AKIAEXAMPLE" } },
    });
  });

  test("nowhere said is a sentence that says where to", () => {
    expect(kindOf({})).toEqual(["no_endpoint", expect.stringMatching(/--endpoint.*LATCHKEY_ENDPOINT/)]);
    expect(kindOf({ as: "agent" })[0]).toBe("no_endpoint");
  });

  test.each([
    "http://access.example.com",
    "ftp://x",
    "nonsense",
    "http://127.0.0.1.example.com",
    "file:///x",
    "https://access.example.com/v1?x=",
    "https://access.example.com/v1#x",
  ])("nothing is signed for %s", (endpoint) =>
    expect(kindOf({ endpoint, region: "x" })[0]).toBe("no_endpoint"),
  );

  test("a password in an address is not shown", () => {
    const [kind, message] = kindOf({ endpoint: "https://me:hunter2@access.example.com/v1" });
    expect(kind).toBe("no_endpoint");
    expect(message).not.toContain("hunter2");
  });
});

describe("a local.json that a repository brought", () => {
  test.each([
    ["signatures", { apiUrl: "https://evil.example/v1" }],
    ["a command's data", { endpoint: "https://evil.example" }],
    ["signatures, by a name that begins as this machine's", { apiUrl: "http://127.0.0.1.evil.example/v1" }],
  ])("leads no %s away from this machine", (_what, over) => {
    const file = writeLocal(root, over);
    expect(kindOf({})).toEqual(["config", expect.stringContaining(file)]);
    expect(kindOf({ as: "agent" })[0]).toBe("config");
    expect(kindOf({ localFile: file })[0]).toBe("config");
  });

  test("is not looked at when it is somebody else's", () => {
    writeLocal();
    const getuid = vi.spyOn(process, "getuid").mockReturnValue((process.getuid?.() ?? 0) + 1);
    try {
      expect(kindOf({})[0]).toBe("no_endpoint");
    } finally {
      getuid.mockRestore();
    }
    expect(kindOf({})[0]).toBe("found");
  });
});

describe("the region", () => {
  test("is the one in the host's name, whatever the environment says", () => {
    expect(place({ endpoint: AWS }, { AWS_REGION: "us-east-1" }).region).toBe("eu-west-1");
  });

  test("that contradicts it is refused before anything is sent", () => {
    expect(kindOf({ endpoint: AWS, region: "us-east-1" })).toEqual([
      ...["wrong_region", expect.stringContaining("eu-west-1")],
    ]);
    writeLocal();
    expect(kindOf({ endpoint: LOCAL, region: "eu-west-1" })[0]).toBe("wrong_region");
    expect(kindOf({ as: "agent", region: "eu-west-1" })[0]).toBe("wrong_region");
  });

  test("has to be said for a name of its own, and is known of the local AWS", () => {
    expect(kindOf({ endpoint: "https://access.example.com" })[0]).toBe("wrong_region");
    expect(kindOf({ endpoint: LOCAL })[0]).toBe("wrong_region");
    writeLocal();
    expect(place({ endpoint: LOCAL }).region).toBe("us-east-1");
  });
});

describe("a file that is broken is named, with what it should be", () => {
  test.each(["endpoint: [", "endpoint: 7", "endpoint: https://x\nsecret: y", "- a"])(
    "config.yaml: %j",
    (text) => {
      writeConfig(text);
      expect(kindOf({})).toEqual(["config", expect.stringContaining("config.yaml")]);
    },
  );

  test("local.json", () => {
    const file = writeLocal(root, { apiUrl: 7 });
    expect(kindOf({})).toEqual(["config", expect.stringContaining(file)]);
    writeLocal();
    expect(kindOf({ as: "constructor" })).toEqual(["usage", expect.stringContaining("agent")]);
    expect(kindOf({ as: "agent", endpoint: AWS })[0]).toBe("usage");
    expect(kindOf({ localFile: "missing.json" })[0]).toBe("no_endpoint");
  });
});
