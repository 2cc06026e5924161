import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callerOf, withoutPath } from "../../functions/core/identity.ts";

const ACCOUNT = "123456789012";
const user = (userArn: string, caller = "AIDAEXAMPLEUSER", accountId = ACCOUNT) => ({
  userArn,
  caller,
  accountId,
});
const iam = (rest: string, partition = "aws") => `arn:${partition}:iam::${ACCOUNT}:${rest}`;
const sts = (rest: string, account = ACCOUNT) => `arn:aws:sts::${account}:${rest}`;

const known = [
  {
    rule: "an IAM user",
    identity: user(iam("user/finetune-pipeline")),
    caller: {
      kind: "user",
      accountId: ACCOUNT,
      arn: iam("user/finetune-pipeline"),
      uniqueId: "AIDAEXAMPLEUSER",
    },
  },
  {
    rule: "an IAM user with a path, which is left out",
    identity: user(iam("user/teams/ml/finetune-pipeline")),
    caller: {
      kind: "user",
      accountId: ACCOUNT,
      arn: iam("user/finetune-pipeline"),
      uniqueId: "AIDAEXAMPLEUSER",
    },
  },
  {
    rule: "a user of another partition",
    identity: user(iam("user/a", "aws-us-gov")),
    caller: {
      kind: "user",
      accountId: ACCOUNT,
      arn: iam("user/a", "aws-us-gov"),
      uniqueId: "AIDAEXAMPLEUSER",
    },
  },
  {
    rule: "a role's session, by the role's own id",
    identity: user(sts("assumed-role/release-job/run-17"), "AROAEXAMPLEROLE:run-17"),
    caller: {
      kind: "role",
      accountId: ACCOUNT,
      arn: iam("role/release-job"),
      uniqueId: "AROAEXAMPLEROLE",
      sessionName: "run-17",
    },
  },
  {
    rule: "a person's session of IAM Identity Center",
    identity: user(
      sts("assumed-role/AWSReservedSSO_Security_0a1b/priya@example.com"),
      "AROASSO:priya@example.com",
    ),
    caller: {
      kind: "role",
      accountId: ACCOUNT,
      arn: iam("role/AWSReservedSSO_Security_0a1b"),
      uniqueId: "AROASSO",
      sessionName: "priya@example.com",
    },
  },
];

const nobody: [string, unknown][] = [
  ["nothing", undefined],
  ["null", null],
  ["a text", "arn:aws:iam::123456789012:user/a"],
  ["no signature: all null", { userArn: null, caller: null, accountId: null }],
  ["root", user(iam("root"), ACCOUNT)],
  ["a federated user", user(sts("federated-user/bob"), `${ACCOUNT}:bob`)],
  ["a user of another account than it says", user("arn:aws:iam::210987654321:user/a")],
  ["a session of another account than it says", user(sts("assumed-role/r/s", "210987654321"), "AROAX:s")],
  ["a session whose name differs from the caller's", user(sts("assumed-role/r/s"), "AROAX:t")],
  ["a session without a role id", user(sts("assumed-role/r/s"), ":s")],
  ["a session whose caller has no name", user(sts("assumed-role/r/s"), "AROAX")],
  ["a session with a path", user(sts("assumed-role/a/r/s"), "AROAX:s")],
  ["a session whose role id is no id", user(sts("assumed-role/r/s"), "arn:s")],
  ["a session whose caller has a third part", user(sts("assumed-role/r/s"), "AROAX:s:t")],
  ["a user whose id is a session's", user(iam("user/a"), "AROAX:s")],
  ["a user whose id is empty", user(iam("user/a"), "")],
  ["a user with two names", user(iam("user/a\nuser/b"))],
  ["a role instead of its session", user(iam("role/r"), "AROAX:s")],
  ["a group", user(iam("group/g"))],
  ["another service's ARN", user(`arn:aws:s3:::${ACCOUNT}:user/a`)],
  ["an account that is no account", user(iam("user/a"), "AIDAX", "12345")],
  ["an account id as a number", { ...user(iam("user/a")), accountId: 123456789012 }],
  ["a list", [user(iam("user/a"))]],
];

describe("the caller that API Gateway verified (I-07)", () => {
  it.each(known)("is $rule", ({ identity, caller }) => {
    expect(callerOf(identity)).toEqual(caller);
  });

  it.each(nobody)("is nobody for %s", (_, identity) => {
    expect(callerOf(identity)).toBeUndefined();
  });

  it("is not moved by what else API Gateway says", () => {
    const identity = {
      ...user(iam("user/a")),
      user: "AIDAOTHER",
      sourceIp: "10.0.0.1",
      cognitoIdentityId: "x",
    };
    expect(callerOf(identity)).toEqual(callerOf(user(iam("user/a"))));
  });

  it("never throws, and never makes up an ARN that was not there", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, caller) => {
        const found = callerOf(user(iam(`user/${name}`), caller));
        if (found)
          expect(`user/${name}`.endsWith(found.arn.slice(found.arn.lastIndexOf("/") + 1))).toBe(true);
        expect(callerOf({ userArn: name, caller, accountId: ACCOUNT })).toBeUndefined();
      }),
    );
  });
});

describe("an ARN without its path", () => {
  it.each([
    [iam("role/a/b/name"), iam("role/name")],
    [iam("user/name"), iam("user/name")],
    [iam("role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_X_1"), iam("role/AWSReservedSSO_X_1")],
    ["arn:aws:s3:::bucket/a/b", "arn:aws:s3:::bucket/a/b"],
  ])("of %s is %s", (arn, bare) => expect(withoutPath(arn)).toBe(bare));
});
