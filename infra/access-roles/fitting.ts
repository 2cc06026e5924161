import { PolicyDocument, type PolicyStatement } from "aws-cdk-lib/aws-iam";

// Without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MAX_CHARACTERS = 6_144;

/** A managed policy's document; too large a one fails here and not in the middle of a deploy. */
export function fitting(what: string, statements: PolicyStatement[]): PolicyDocument {
  const document = new PolicyDocument({ statements, minimize: true });
  const { length } = JSON.stringify(document.toJSON());
  if (length > MAX_CHARACTERS)
    throw new Error(
      `${what}: its policy has ${length} characters, IAM allows ${MAX_CHARACTERS}. Name fewer resources, or wider ones.`,
    );
  return document;
}
