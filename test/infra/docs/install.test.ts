import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { projectRoot } from "../../../infra/function.ts";
import { resourcesOf, synthesize } from "../templates.ts";

const templates = synthesize();
const read = (name: string): string => readFileSync(projectRoot + name, "utf8");

it("docs/install.md and README.md say how much concurrency the functions reserve", () => {
  const reserved = resourcesOf(templates, "AWS::Lambda::Function").map(({ Properties }) =>
    Number(Properties.ReservedConcurrentExecutions ?? 0),
  );
  const sum = reserved.reduce((total, each) => total + each, 0);
  const page = read("docs/install.md");
  expect(page).toContain(`functions reserve ${sum} of the account's Lambda concurrency`);
  expect(page).toContain(`is ${sum + 100} or more`);
  expect(read("README.md")).toContain(`functions reserve ${sum} of`);
});

it("docs/install.md deploys the stacks that there are, and reads outputs that they have", () => {
  const page = read("docs/install.md");
  const stacks = /npx cdk deploy ((?:Latchkey\w+ ?)+)\n/.exec(page)?.[1]?.trim().split(" ") ?? [];
  expect(stacks.sort()).toEqual(Object.keys(templates).sort());
  const outputs = Object.values(templates).flatMap(({ Outputs = {} }) => Object.keys(Outputs));
  const named = [...page.matchAll(/`?\$?((?:Signed|Approval)Api(?:Url|Id))\b/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(4);
  for (const name of named) expect(outputs).toContain(name);
});

it("docs/uninstall.md has every resource that outlives its stack", () => {
  const page = read("docs/uninstall.md");
  const kept = resourcesOf(templates).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith("Retain"));
  const kinds = new Set(kept.map(({ Type }) => Type));
  const words: Record<string, RegExp> = {
    "AWS::DynamoDB::Table": /table `latchkey`/,
    "AWS::KMS::Key": /five keys/,
    "AWS::Logs::LogGroup": /API access logs/,
    "AWS::S3::Bucket": /four audit buckets/,
    "AWS::SecretsManager::Secret": /secret `latchkey\/slack-webhook`/,
  };
  expect([...kinds].sort()).toEqual(Object.keys(words).sort());
  for (const kind of kinds) expect(page).toMatch(words[kind] ?? /^$/);
  expect(kept.filter(({ Type }) => Type === "AWS::KMS::Key")).toHaveLength(5);
  expect(kept.filter(({ Type }) => Type === "AWS::S3::Bucket")).toHaveLength(4);
});
