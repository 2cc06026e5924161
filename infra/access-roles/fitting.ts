import { PolicyDocument, type PolicyStatement } from "aws-cdk-lib/aws-iam";

// Without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MAX_CHARACTERS = 6_144;

/** What stands in a template until the deploy, at its longest: CDK's own placeholders are twice as long. */
const LONGEST: Record<string, string> = {
  AccountId: "123456789012",
  Partition: "aws-us-gov",
  Region: "ap-southeast-1",
};
const deployed = (text: string): string =>
  text.replace(/\$\{Token\[AWS\.(\w+)\.\d+\]\}/g, (token, name: string) => LONGEST[name] ?? token);

/** A managed policy's document; too large a one fails here and not in the middle of a deploy. */
export function fitting(what: string, statements: PolicyStatement[]): PolicyDocument {
  const document = new PolicyDocument({ statements, minimize: true });
  const { length } = deployed(JSON.stringify(document.toJSON()));
  if (length > MAX_CHARACTERS)
    throw new Error(
      `${what}: its policy has ${length} characters, IAM allows ${MAX_CHARACTERS}. Name fewer resources, or wider ones.`,
    );
  return document;
}
