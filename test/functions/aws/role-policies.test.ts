import { expect, it } from "vitest";
import { openDenyPolicies } from "../../../functions/aws/role-policies.ts";
import { useEndpoint } from "./endpoint.ts";

const iam = useEndpoint("IAM");
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
  await openDenyPolicies().put("role", document);
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
  expect(await openDenyPolicies().get("role")).toBe(document);
});

it("takes what is not there for not there, and a refusal for a fault", async () => {
  absent();
  expect(await openDenyPolicies().get("role")).toBeUndefined();
  await openDenyPolicies().remove("role");
  iam.answer = {
    status: 403,
    headers: xml,
    body: `<ErrorResponse ${XMLNS}><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`,
  };
  await expect(openDenyPolicies().get("role")).rejects.toThrow();
});
