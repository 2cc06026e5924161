import { Stack } from "aws-cdk-lib";
import { CfnTrail } from "aws-cdk-lib/aws-cloudtrail";
import { Construct } from "constructs";
import type { Catalogue } from "../../functions/core/catalogue.ts";
import { otherAccounts } from "../access-roles/access-role.ts";
import { names } from "../names.ts";
import type { AuditBucket } from "./bucket.ts";
import type { TrailBucket } from "./trail-bucket.ts";

/**
 * What CloudTrail tells of as data events, among all that a minted session may reach or try to. Models, secrets and
 * parameters are management events; an HTTP API's calls are in its own access log, CloudTrail has none of them.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const DATA_TYPES = [
  "AWS::S3::Object",
  "AWS::DynamoDB::Table",
  "AWS::Lambda::Function",
  "AWS::S3Vectors::Index",
  "AWS::Bedrock::KnowledgeBase",
  "AWS::Bedrock::Prompt",
] as const;

type Selector = CfnTrail.AdvancedEventSelectorProperty;
const equal = (field: string, ...values: string[]) => ({ field, equalTo: values });
const data = (type: string) => [equal("eventCategory", "Data"), equal("resources.type", type)];

/**
 * Records every call of a minted session, allowed or not, on whatever resource: by caller, so that nothing is paid for the
 * other callers of the same buckets and tables. And every call on objects of the record, by whomever (I-59).
 * Sessions of access roles in other accounts are seen here when they reach into this account; what they do in their own
 * is for a trail there.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
function selectors(scope: Construct, catalogue: Catalogue, record: AuditBucket): Selector[] {
  const { partition, account } = Stack.of(scope);
  const sessions = [account, ...otherAccounts(catalogue)].map(
    (each) => `arn:${partition}:sts::${each}:assumed-role/latchkey-access-`,
  );
  return [
    ...DATA_TYPES.map((type) => ({
      name: `Minted sessions: ${type}`,
      fieldSelectors: [...data(type), { field: "userIdentity.arn", startsWith: sessions }],
    })),
    {
      name: "Objects of the record",
      fieldSelectors: [
        ...data("AWS::S3::Object"),
        { field: "resources.ARN", startsWith: [`${record.bucket.bucketArn}/`] },
      ],
    },
    {
      // Without what a trail may leave out: of these there are most, and none is a use of a grant.
      name: "Management events",
      fieldSelectors: [
        equal("eventCategory", "Management"),
        { field: "eventSource", notEquals: ["kms.amazonaws.com", "rdsdata.amazonaws.com"] },
      ],
    },
  ];
}

type Props = { catalogue: Catalogue; record: AuditBucket; deliverTo: TrailBucket };

/**
 * The trail of what minted sessions call, in every region. Data events cost per event, and management events where the
 * account has another trail already: https://aws.amazon.com/cloudtrail/pricing/
 */
export class UsageTrail extends Construct {
  constructor(scope: Construct, id: string, { catalogue, record, deliverTo }: Props) {
    super(scope, id);
    const trail = new CfnTrail(this, "Trail", {
      trailName: names.trail,
      s3BucketName: deliverTo.bucket.bucketName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      advancedEventSelectors: selectors(this, catalogue, record),
    });
    // CloudTrail tries the bucket when the trail is made.
    const policy = deliverTo.bucket.policy?.node.defaultChild;
    if (policy) trail.node.addDependency(policy);
  }
}
