import { describe, expect, it } from "vitest";
import { copiesOf, REVOKER_ROLE, roleArnOf } from "../../functions/core/access-role.ts";
import { names } from "../../infra/names.ts";
import { grantsOf, statementsOf } from "./permissions.ts";
import { list, resourcesOf, settings, shown, synthesize, type Templates } from "./templates.ts";

const OTHER = "210987654321";
/** The example's training data in another account on two roles, its staging data here on three. */
const bundle = structuredClone(settings.bundle);
bundle.catalogue.accessRoles = [
  { id: "training-data", account: OTHER, copies: 2 },
  { id: "staging-data", copies: 3 },
];
const templates = synthesize({}, { ...settings, bundle });
const theirs = `LatchkeyAccessRoles-${OTHER}`;
const of = (stack: string): Templates => ({ [stack]: templates[stack] ?? { Resources: {} } });
const rolesOf = (stack: string) => resourcesOf(of(stack), "AWS::IAM::Role");
const here = (role: string) => `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${role}`;
const there = (role: string) => `arn:<AWS::Partition>:iam::${OTHER}:role/${role}`;
const principals = (document: Parameters<typeof statementsOf>[0]) =>
  statementsOf(document).map(({ Principal }) => shown((Principal as { AWS?: unknown }).AWS));

describe("access roles in two accounts", () => {
  it("are each in their own account's stack, as many alike as the catalogue wants, and nowhere twice", () => {
    const roleNames = (stack: string) => rolesOf(stack).map(({ Properties }) => String(Properties.RoleName));
    expect(roleNames(theirs).sort()).toEqual([
      "latchkey-access-training-data",
      "latchkey-access-training-data.2",
      "latchkey-revoker",
    ]);
    const ours = roleNames("LatchkeyAccessRoles");
    expect(ours).not.toContain("latchkey-access-training-data");
    expect(ours.filter((name) => name.includes("staging-data"))).toEqual([
      "latchkey-access-staging-data",
      "latchkey-access-staging-data.2",
      "latchkey-access-staging-data.3",
    ]);
  });

  it("have copies that differ in nothing but their name", () => {
    const copies = rolesOf("LatchkeyAccessRoles").filter(({ Properties }) =>
      String(Properties.RoleName).includes("staging-data"),
    );
    const plain = copies.map(({ Properties: { RoleName: _, ...rest } }) => JSON.stringify(rest));
    expect(new Set(plain).size).toBe(1);
    const permissions = resourcesOf(of("LatchkeyAccessRoles"), "AWS::IAM::ManagedPolicy").find(
      ({ Properties }) => Properties.ManagedPolicyName === "latchkey-permissions-staging-data",
    );
    expect(list(permissions?.Properties.Roles).map(shown).sort()).toEqual(
      copies.map(({ id }) => `<${id}>`).sort(),
    );
  });

  it("keep the ids that they had before there were several", () => {
    const single = resourcesOf(synthesize(), "AWS::IAM::Role").find(
      ({ Properties }) => Properties.RoleName === "latchkey-access-staging-data",
    );
    const first = rolesOf("LatchkeyAccessRoles").find(
      ({ Properties }) => Properties.RoleName === "latchkey-access-staging-data",
    );
    expect(first?.id).toBe(single?.id);
  });

  it("trust the broker's account, which the other account's stack is told of", () => {
    expect(templates[theirs]?.Parameters).toHaveProperty("BrokerAccount");
    expect(templates.LatchkeyAccessRoles?.Parameters).not.toHaveProperty("BrokerAccount");
    for (const { Properties } of rolesOf(theirs))
      for (const principal of principals(Properties.AssumeRolePolicyDocument))
        expect(principal).toMatch(/^arn:<AWS::Partition>:iam::<BrokerAccount>:role\/latchkey-/);
  });

  it("are assumed by minter and prover in both accounts, each role by its own ARN", () => {
    const expected = bundle.catalogue.resources
      .flatMap(({ accessRole }) => copiesOf(bundle.catalogue, accessRole))
      .map((role) => roleArnOf(role, { partition: "<AWS::Partition>", accountId: "<AWS::AccountId>" }));
    for (const holder of ["latchkey-mint-credentials", "latchkey-prove-denial"]) {
      const assumed = grantsOf(templates)
        .filter((grant) => grant.holder === holder && grant.action === "sts:AssumeRole")
        .map(({ resource }) => resource);
      expect(assumed.sort()).toEqual([...new Set(expected)].sort());
    }
    expect(expected).toContain(there("latchkey-access-training-data.2"));
    expect(expected).toContain(here("latchkey-access-staging-data.3"));
  });
});

describe("the revoker of another account (I-69)", () => {
  const grants = grantsOf(templates);

  it("is trusted to revoke-access alone, with the external id", () => {
    const revoker = rolesOf(theirs).find(({ Properties }) => Properties.RoleName === names.revoker);
    const [trust, ...others] = statementsOf(revoker?.Properties.AssumeRolePolicyDocument);
    expect(others).toEqual([]);
    expect(principals(revoker?.Properties.AssumeRolePolicyDocument)).toEqual([
      "arn:<AWS::Partition>:iam::<BrokerAccount>:role/latchkey-revoke-access",
    ]);
    expect(trust?.Condition).toEqual({
      StringEquals: { "sts:ExternalId": settings.deployment.externalId },
    });
  });

  it("writes deny lists of its own account's roles while they carry their boundary, and nothing else", () => {
    const may = grants.filter(({ holder }) => holder === names.revoker);
    const lines = may.map(({ action, resource }) => `${action} ${resource}`).sort();
    const roles = there("latchkey-access-*");
    expect(lines).toEqual(
      ["iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:PutRolePolicy"].map(
        (action) => `${action} ${roles}`,
      ),
    );
    for (const { action, condition } of may.filter((each) => each.action !== "iam:GetRolePolicy"))
      expect(shown(condition.StringLike?.["iam:PermissionsBoundary"]), action).toBe(
        `arn:<AWS::Partition>:iam::${OTHER}:policy/latchkey-boundary-*`,
      );
  });

  it("is the only thing that revoke-access may assume; here it writes roles of this account only", () => {
    const may = grants.filter(({ holder }) => holder === "latchkey-revoke-access");
    expect(may.filter(({ action }) => action.startsWith("sts:")).map(({ resource }) => resource)).toEqual([
      there(REVOKER_ROLE),
    ]);
    const written = may.filter(({ action }) => action === "iam:PutRolePolicy");
    expect(written.map(({ resource }) => resource)).toEqual([
      "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/latchkey-access-*",
    ]);
  });

  it("has the name that revoke-access asks for", () => {
    expect(REVOKER_ROLE).toBe(names.revoker);
  });
});
