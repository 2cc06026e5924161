import { expect, it } from "vitest";
import { isFull, openDenyPolicies } from "../../../functions/aws/role-policies.ts";
import { useEndpoint } from "./endpoint.ts";

const iam = useEndpoint("IAM");
const sts = useEndpoint("STS");
const here = { accountId: "123456789012", partition: "aws", externalId: "external" };
const XMLNS = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"';
const xml = { "content-type": "text/xml" };
const document =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Render1","Condition":{"StringLike":{"aws:userid":["*.a+b %.*"]}}}]}';
const sent = () => Object.fromEntries(new URLSearchParams(iam.received.at(-1)?.body));
const absent = () => {
  const body = `<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>`;
  iam.answer = { status: 404, headers: xml, body };
};

it("puts the one policy by its fixed name (I-72)", async () => {
  iam.answer = { status: 200, headers: xml, body: `<PutRolePolicyResponse ${XMLNS}/>` };
  await openDenyPolicies(here).put("role", document);
  expect(sent()).toMatchObject({
    Action: "PutRolePolicy",
    RoleName: "role",
    PolicyName: "latchkey-deny",
    PolicyDocument: document,
  });
});

it("reads the document back as it was put: IAM encodes it (RFC 3986)", async () => {
  const result = `<GetRolePolicyResult><RoleName>role</RoleName><PolicyName>latchkey-deny</PolicyName><PolicyDocument>${encodeURIComponent(document)}</PolicyDocument></GetRolePolicyResult>`;
  iam.answer = {
    status: 200,
    headers: xml,
    body: `<GetRolePolicyResponse ${XMLNS}>${result}</GetRolePolicyResponse>`,
  };
  expect(await openDenyPolicies(here).get("role")).toBe(document);
});

it("takes what is not there for not there, and a refusal for a fault", async () => {
  absent();
  expect(await openDenyPolicies(here).get("role")).toBeUndefined();
  await openDenyPolicies(here).remove("role");
  iam.answer = {
    status: 403,
    headers: xml,
    body: `<ErrorResponse ${XMLNS}><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`,
  };
  await expect(openDenyPolicies(here).get("role")).rejects.toThrow();
});

it("takes a full role for one, whatever else IAM refuses", async () => {
  const body = `<ErrorResponse ${XMLNS}><Error><Code>LimitExceeded</Code><Message>no</Message></Error></ErrorResponse>`;
  iam.answer = { status: 409, headers: xml, body };
  const fault = await openDenyPolicies(here)
    .put("role", document)
    .catch((thrown: unknown) => thrown);
  expect(isFull(fault)).toBe(true);
  expect(isFull(new Error("LimitExceeded"))).toBe(false);
});

it("writes a role of another account through that account's revoker, and never one of the same name here", async () => {
  const given =
    "<AccessKeyId>ASIAOTHER</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>";
  const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${given}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  sts.answer = { status: 200, headers: xml, body: assumed };
  iam.answer = { status: 200, headers: xml, body: `<PutRolePolicyResponse ${XMLNS}/>` };
  const policies = openDenyPolicies(here);
  await policies.put("210987654321/latchkey-access-x", document);
  expect(Object.fromEntries(new URLSearchParams(sts.received.at(-1)?.body))).toMatchObject({
    Action: "AssumeRole",
    RoleArn: "arn:aws:iam::210987654321:role/latchkey-revoker",
    ExternalId: "external",
  });
  expect(sent()).toMatchObject({ RoleName: "latchkey-access-x" });
  expect(iam.received.at(-1)?.authorization).toContain("Credential=ASIAOTHER/");
  const asked = sts.received.length;
  await policies.put("latchkey-access-x", document);
  expect(iam.received.at(-1)?.authorization).toContain("Credential=test/");
  expect(sts.received.length).toBe(asked);
});
