import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProbes, probeUrl } from "../../../functions/aws/probes.ts";
import { probeOf } from "../../../functions/core/kinds/registry.ts";
import { readProbeAnswer } from "../../../functions/core/probe.ts";
import { useEndpoint } from "./endpoint.ts";

const sts = useEndpoint("STS");
const service = useEndpoint("PROBED");
const SECRET = "s".repeat(40);
const XMLNS = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const given = `<AccessKeyId>ASIAPROBE</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey><SessionToken>${"t".repeat(80)}</SessionToken><Expiration>2026-11-21T09:45:00Z</Expiration>`;
const xml = { "content-type": "text/xml" };

const bucket = "arn:aws:s3:::data/claims/*";
const order = {
  roleArn: "arn:aws:iam::123456789012:role/latchkey-access-x",
  sessionName: "lk.a.aaaaaaaaaaaaaaab.probe",
  resourceArn: bucket,
  probe: probeOf("s3-prefix", { arn: bucket }),
};
const run = (more: Partial<typeof order> = {}) => openProbes("external", "eu-west-1")({ ...order, ...more });

beforeEach(() => {
  process.env.AWS_ENDPOINT_URL = process.env.AWS_ENDPOINT_URL_PROBED;
  sts.answer = {
    status: 200,
    headers: xml,
    body: `<AssumeRoleResponse ${XMLNS}><AssumeRoleResult><Credentials>${given}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
  service.answer = { status: 200, body: "" };
});
afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL;
});

describe("a probe", () => {
  it("is a session that may do the one call and nothing else, asked for with the external id (I-05)", async () => {
    expect(await run()).toEqual({ is: "allowed" });
    const sent = Object.fromEntries(new URLSearchParams(sts.received.at(-1)?.body));
    expect(sent).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: order.roleArn,
      RoleSessionName: order.sessionName,
      ExternalId: "external",
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [order.probe.statement] }),
      DurationSeconds: "900",
    });
  });

  it("is signed by that session for the resource's own region and service", async () => {
    await run();
    expect(service.received.at(-1)?.authorization).toMatch(
      /Credential=ASIAPROBE\/\d{8}\/eu-west-1\/s3\/aws4_request/,
    );
    const table = "arn:aws:dynamodb:us-west-2:123456789012:table/features";
    await run({ resourceArn: table, probe: probeOf("dynamodb-table", { arn: table }) });
    const { authorization, target, body } = service.received.at(-1) ?? {};
    expect(authorization).toMatch(/\/us-west-2\/dynamodb\/aws4_request/);
    expect(target).toBe("DynamoDB_20120810.DescribeTable");
    expect(body).toBe('{"TableName":"features"}');
  });

  it("follows a bucket to its region, once", async () => {
    service.answer = {
      status: 400,
      headers: { ...xml, "x-amz-bucket-region": "us-east-2" },
      body: "<Error/>",
    };
    const before = service.received.length;
    expect(await run()).toMatchObject({ is: "unclear" });
    expect(service.received.length - before).toBe(2);
    expect(service.received.at(-1)?.authorization).toMatch(/\/us-east-2\/s3\/aws4_request/);
  });

  it("goes to the service's own host of the region where no endpoint is set", () => {
    const { request } = order.probe;
    expect(probeUrl(request, { region: "eu-west-1" }).origin).toBe("https://s3.eu-west-1.amazonaws.com");
    expect(probeUrl(request, { region: "cn-north-1" }).hostname).toBe("s3.cn-north-1.amazonaws.com.cn");
  });

  it("goes to another host where the service has one: the probe says so", () => {
    const arn = "arn:aws:s3vectors:eu-west-1:000000000000:bucket/embeddings/index/handbook";
    const { request } = probeOf("s3-vectors-index", { arn });
    expect(probeUrl(request, { region: "eu-west-1" }).href).toBe(
      "https://s3vectors.eu-west-1.api.aws/GetIndex",
    );
    const base = probeOf("bedrock-knowledge-base", {
      arn: "arn:aws:bedrock:eu-west-1:000000000000:knowledge-base/KBASE12345",
    });
    expect(probeUrl(base.request, { region: "eu-west-1" }).hostname).toBe(
      "bedrock-agent.eu-west-1.amazonaws.com",
    );
  });
});

const denied = (tail: string) =>
  `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>User: x is not authorized to perform: s3:GetBucketLocation ${tail}</Message></Error>`;
describe("the answer to a probe (I-25)", () => {
  it.each([
    [
      "S3, explicit",
      403,
      xml,
      denied("with an explicit deny in an identity-based policy"),
      { is: "refused", explicit: true },
    ],
    ["S3, not said why", 403, xml, denied(""), { is: "refused", explicit: false }],
    [
      "JSON 1.0",
      400,
      {},
      '{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","Message":"with an explicit deny"}',
      { is: "refused", explicit: true },
    ],
    [
      "a header",
      403,
      { "x-amzn-errortype": "AccessDeniedException:http://x/" },
      '{"Message":"no"}',
      { is: "refused", explicit: false },
    ],
    ["nothing but the status", 403, {}, "", { is: "refused", explicit: false }],
    [
      "expired credentials",
      403,
      xml,
      "<Error><Code>ExpiredToken</Code></Error>",
      { is: "unclear", code: "ExpiredToken" },
    ],
    [
      "expired, JSON",
      400,
      {},
      '{"__type":"com.amazon.coral.service#ExpiredTokenException"}',
      { is: "unclear", code: "ExpiredTokenException" },
    ],
    [
      "a signature that does not hold",
      403,
      xml,
      "<Error><Code>SignatureDoesNotMatch</Code></Error>",
      { is: "unclear", code: "SignatureDoesNotMatch" },
    ],
    [
      "an unknown key",
      403,
      { "x-amzn-errortype": "UnrecognizedClientException" },
      "{}",
      { is: "unclear", code: "UnrecognizedClientException" },
    ],
    [
      "API Gateway, not signed rightly",
      403,
      {},
      '{"message":"The security token included in the request is invalid."}',
      { is: "unclear", code: "HTTP 403" },
    ],
    [
      "no such thing",
      404,
      xml,
      "<Error><Code>NoSuchBucket</Code></Error>",
      { is: "unclear", code: "NoSuchBucket" },
    ],
    ["throttling", 503, xml, "<Error><Code>SlowDown</Code></Error>", { is: "unclear", code: "SlowDown" }],
  ] as const)("%s", async (_, status, headers, body, expected) => {
    service.answer = { status, headers, body };
    expect(await run()).toEqual(expected);
  });

  it("is unclear when the role cannot be assumed, or nobody answers; nothing of the session is in it", async () => {
    sts.answer = {
      status: 403,
      headers: xml,
      body: `<ErrorResponse ${XMLNS}><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`,
    };
    expect(await run()).toEqual({ is: "unclear", code: "AccessDenied" });
    sts.answer = {
      ...sts.answer,
      status: 200,
      body: `<AssumeRoleResponse ${XMLNS}><AssumeRoleResult><Credentials><AccessKeyId>ASIAPROBE</AccessKeyId><SecretAccessKey>${SECRET}</SecretAccessKey></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    };
    const answer = await run();
    expect(answer.is).toBe("unclear");
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });
});

describe("an error that only somebody gets who is allowed", () => {
  const json = (type: string) => ({
    status: 400,
    errorType: null,
    body: JSON.stringify({ __type: type, message: "x" }),
  });
  const { answered } = probeOf("parameter", {
    arn: "arn:aws:ssm:eu-west-1:000000000000:parameter/finetuning/*",
  });
  it("counts as an answer where the probe names it, and nowhere else", () => {
    expect(readProbeAnswer(json("InvalidResourceId"), answered)).toEqual({ is: "allowed" });
    expect(readProbeAnswer(json("InvalidResourceId"))).toMatchObject({ is: "unclear" });
    expect(readProbeAnswer(json("ThrottlingException"), answered)).toMatchObject({ is: "unclear" });
    expect(readProbeAnswer(json("AccessDeniedException"), answered)).toMatchObject({ is: "refused" });
  });
});
