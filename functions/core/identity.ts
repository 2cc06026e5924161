import * as z from "zod";

/** Who API Gateway verified: an IAM user or a role session. `uniqueId` (AIDA…, AROA…) tells a name made anew apart. */
export type Caller = {
  kind: "user" | "role";
  accountId: string;
  /** ARN of the IAM user or role, never of the session. A role's path is not in a session ARN, so it is absent here. */
  arn: string;
  uniqueId: string;
  sessionName?: string;
};

const verified = z.object({
  userArn: z.string(),
  caller: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
});

const USER = /^arn:(aws[a-z-]*):iam::(\d{12}):user\/(?:.*\/)?([\w+=,.@-]+)$/;
const SESSION = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/;

/**
 * Reads the caller from `requestContext.identity`, which API Gateway fills after it verified the signature (I-07).
 * Anything else (root, federated user, no IAM auth) is nobody: undefined.
 */
export function callerOf(identity: unknown): Caller | undefined {
  const parsed = verified.safeParse(identity);
  if (!parsed.success) return undefined;
  const { userArn, caller, accountId } = parsed.data;
  const user = USER.exec(userArn);
  if (user && user[2] === accountId && /^[A-Z0-9]{4,}$/.test(caller)) {
    return {
      kind: "user",
      accountId,
      arn: `arn:${user[1]}:iam::${accountId}:user/${user[3]}`,
      uniqueId: caller,
    };
  }
  const session = SESSION.exec(userArn);
  const [, roleId, sessionName] = /^([A-Z0-9]{4,}):([^:]+)$/.exec(caller) ?? [];
  if (
    session &&
    session[2] === accountId &&
    roleId &&
    sessionName !== undefined &&
    sessionName === session[4]
  ) {
    const arn = `arn:${session[1]}:iam::${accountId}:role/${session[3]}`;
    return { kind: "role", accountId, arn, uniqueId: roleId, sessionName };
  }
  return undefined;
}

/** An IAM ARN without the path of its user or role, so that catalogue ARNs compare with callers. */
export function withoutPath(arn: string): string {
  return arn.replace(/:(user|role)\/.*\/([^/]+)$/, ":$1/$2");
}
