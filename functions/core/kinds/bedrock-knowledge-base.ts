import { hostIn, nameIn, PLACE } from "./arn.ts";
import { allow, type Kind } from "./kind.ts";
import { noScope, noSettings } from "./scopes.ts";

const READ = ["bedrock:Retrieve"];

/** What a knowledge base of Bedrock finds for a query. */
export const bedrockKnowledgeBase: Kind<never> = {
  title: "What a Bedrock knowledge base finds",
  scope: noScope,
  room: 0,
  settings: noSettings,
  arn: new RegExp(`^arn:[a-z-]+:bedrock:${PLACE}:knowledge-base/[A-Z0-9]{10}$`),
  actions: { read: READ },
  references: ["https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html"],
  statements: ({ arn }, access) => (access === "read" ? [allow(READ, [arn])] : []),
  describe: ({ arn }) => [`search knowledge base ${nameIn(arn)} and read every passage that it finds`],
  probe({ arn }) {
    return {
      statement: allow(["bedrock:GetKnowledgeBase"], [arn]),
      request: {
        service: "bedrock",
        host: hostIn(arn, "bedrock-agent"),
        method: "GET",
        path: `/knowledgebases/${nameIn(arn)}`,
      },
    };
  },
  examples: [{ arn: "arn:aws:bedrock:{region}:{account}:knowledge-base/KBASE12345", access: "read" }],
  notes: [
    "Search only: `RetrieveAndGenerate` and `Rerank` know no resource, so they are in no access; ask for the model beside it.",
    "IAM holds no metadata filter: put documents that other rules apply to in another knowledge base.",
    "Its documents and its vectors may be resources as well: nothing holds their rules against this one's.",
  ],
};
