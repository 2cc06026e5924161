import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import * as z from "zod";
import { connect } from "../../../../client/sdk/index.ts";

const env = z.object({
  /** The signed API with its stage, without a slash at the end. */
  LATCHKEY_ENDPOINT: z.url(),
  /** What the catalogue knows this pipeline by. */
  AGENT_ROLE_ARN: z.string().min(1),
  AWS_REGION: z.string().min(1),
});

const session = z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string() });

/** The name of a session, from the execution's: the record shows it beside the agent. */
const sessionNameOf = (execution: string): string =>
  `pipeline-${execution.replace(/[^A-Za-z0-9_+=,.@-]/g, "-")}`.slice(0, 64);

/**
 * The broker as this pipeline's agent: one role that all its functions assume, since only the role that asked for a grant
 * collects its credentials. Each function has a role of its own besides, for whatever else it does.
 */
export function openAgent(execution: string): ReturnType<typeof connect> {
  const { LATCHKEY_ENDPOINT, AGENT_ROLE_ARN, AWS_REGION } = env.parse(process.env);
  const assume = async () => {
    const { Credentials } = await new STSClient({}).send(
      new AssumeRoleCommand({ RoleArn: AGENT_ROLE_ARN, RoleSessionName: sessionNameOf(execution) }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = session.parse(Credentials);
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  };
  // One session for one run of a function, which is over long before it: an hour.
  let assumed: ReturnType<typeof assume> | undefined;
  const signWith = () => {
    assumed ??= assume();
    return assumed;
  };
  return connect({ endpoint: LATCHKEY_ENDPOINT, region: AWS_REGION, signWith });
}
