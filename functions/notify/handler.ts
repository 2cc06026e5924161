import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { openSecret } from "../aws/secret.ts";
import { now } from "../aws/system.ts";
import { openSlack } from "./channels/slack.ts";
import { env } from "./env.ts";
import { notify } from "./notify.ts";

const { SLACK_SECRET_ID } = readEnv(env);

/** Every channel that there is. Another is one file beside `slack.ts`, and a line here. */
const channels = [openSlack({ readWebhook: openSecret(SLACK_SECRET_ID), now, fetch })];

export const handler = run((event: unknown) => notify({ channels, log }, event));
