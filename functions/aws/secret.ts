import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Reads a secret's present text. */
export type ReadSecret = () => Promise<string>;

export function openSecret(id: string): ReadSecret {
  const secrets = new SecretsManagerClient({});
  return async () =>
    (await secrets.send(new GetSecretValueCommand({ SecretId: id }))).SecretString?.trim() ?? "";
}
