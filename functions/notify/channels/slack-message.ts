import type { Line, Notice } from "../notice.ts";

/** Slack takes 150 characters in a header, 3,000 in a text, 2,000 in a field, 10 fields in a section. */
const HEADER = 150;
const FIELD = 300;
const TEXT = 2_000;

/** Cut by code points, as half a surrogate pair is no character; and not within an escape. */
function cut(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  return `${characters
    .slice(0, most - 1)
    .join("")
    .replace(/&[a-z]*$/, "")}…`;
}

/**
 * Nothing in a text is Slack's markup: `&`, `<` and `>` are escaped, which takes mentions (`<!channel>`, `<@U…>`) and links
 * (`<https://…|text>`) with them; an `@` is set apart from its name, and a bare address is made one that nobody follows by a click.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/@(?=channel|here|everyone)/gi, "@ ")
    .replaceAll("://", "[:]//");
}

// `plain_text`, everywhere: no bold, no quote, no link that a text could make of itself.
const plain = (text: string, most: number) => ({
  type: "plain_text",
  text: cut(escaped(text), most),
  emoji: false,
});
const shown = ({ label, text }: Line): string => `${label}: ${text}`;

/** One notice as an incoming webhook takes it. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function slackMessage({ title, lines, claimed, grant, time }: Notice) {
  const fields = lines.map((line) => plain(shown(line), FIELD));
  const claims = claimed.map(shown).join("\n");
  return {
    text: cut(escaped(title), TEXT),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plain(title, HEADER) },
      ...(fields.length > 0 ? [{ type: "section", fields: fields.slice(0, 10) }] : []),
      ...(claims
        ? [
            { type: "divider" },
            { type: "section", text: plain(`Said by the agent, not verified:\n${claims}`, TEXT) },
          ]
        : []),
      { type: "context", elements: [plain(grant ? `Grant ${grant}, ${time}` : time, FIELD)] },
    ],
  };
}
