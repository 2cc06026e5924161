import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../infra/function.ts";
import { secretsIn, sources } from "./secrets.ts";

/** What looks like a secret and is made up: file, rule, why. Anything else that is found is one. */
const MADE_UP: Record<string, string> = {
  "test/client/broker/place.test.ts basicauth": "an address with a password in it, which must not be shown",
  "test/functions/notify/slack.test.ts basicauth": "a webhook with a password in it, which must not be used",
  "test/client/mcp/run.test.ts aws": "keys of no account, which a model must not see",
  "test/client/mcp/world.ts aws": "keys of no account, which a model must not see",
};

// In pieces, or this file would be found.
const planted = {
  "a token of GitHub": `ghp_${"aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"}`,
  "a secret key": `AWS_SECRET_ACCESS_KEY=${"wJalrXUtnFEMI/K7MDENG/"}${"bPxRfiCYzzqwertyui"}`,
  "a private key": `-----BEGIN ${"RSA PRIVATE KEY"}-----\n${"MIIEpAIBAAKCAQEA7".repeat(20)}\n-----END ${"RSA PRIVATE KEY"}-----`,
  "a webhook": `https://hooks.slack${".com/services"}/T01ABCDEF/B01ABCDEF/abcdefghijklmnopqrstuvwx`,
  "a password in an address": `https://admin:${"hunter2hunter2"}@db.example.com/x`,
};

describe("the search for secrets", () => {
  it.each(Object.entries(planted))("finds %s, also in one long line", async (_, secret) => {
    const inALine = `const a=1;${"x".repeat(50_000)};"${secret}";`;
    for (const text of [`first\n${secret}\n`, inALine])
      expect(await secretsIn("some.js", text)).toHaveLength(1);
  });
  it("finds none in what is in this repository, but those that are made up", async () => {
    const files = sources(projectRoot);
    expect(files.length).toBeGreaterThan(1_000);
    const found = (await Promise.all(files.map(([file, content]) => secretsIn(file, content)))).flat();
    const names = new Set(found.map(({ file, rule }) => `${file} ${rule}`));
    expect([...names].sort()).toEqual(Object.keys(MADE_UP).sort());
  });
});
