import type { Node } from "./tree.ts";

const keyOf = ({ path }: Node): string => path.map((name) => `/${name}`).join("");

// Finds the command by the words so far. Behind `--` it is another command's line.
const walk = (nodes: readonly Node[], words: string, from: number): string => `  local at="" word
  for word in "\${${words}:${from}:CURRENT_WORD}"; do
    if [[ "$word" == "--" ]]; then return 0; fi
    case "$at/$word" in
      ${nodes.slice(1).map(keyOf).join("|")}) at="$at/$word" ;;
    esac
  done`;

const table = (nodes: readonly Node[]): string =>
  nodes.map((node) => `    "${keyOf(node)}") offers="${node.words.join(" ")}" ;;`).join("\n");

/** https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
export const bash = (
  nodes: readonly Node[],
): string => `# latchkey's commands and options: source <(latchkey completion bash)
_latchkey() {
  COMPREPLY=()
${walk(nodes, "COMP_WORDS[@]", 1).replace("CURRENT_WORD", "COMP_CWORD-1")}
  local offers=""
  case "$at" in
${table(nodes)}
  esac
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$offers" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _latchkey latchkey
`;

/** https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export const zsh = (nodes: readonly Node[]): string => `#compdef latchkey
# latchkey's commands and options: source <(latchkey completion zsh), after compinit
_latchkey() {
${walk(nodes, "words[@]", 1).replace("CURRENT_WORD", "CURRENT-2")}
  local offers=""
  case "$at" in
${table(nodes)}
  esac
  compadd -- \${=offers} || _files
}
compdef _latchkey latchkey
`;

/** https://fishshell.com/docs/current/completions.html */
export function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, words }) => {
    const [first, second] = path;
    const here =
      first === undefined
        ? "__fish_use_subcommand"
        : [first, ...(second ? [second] : [])]
            .map((name) => `__fish_seen_subcommand_from ${name}`)
            .join("; and ");
    const plain = words.filter((word) => !word.startsWith("--"));
    const long = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
    return [
      ...(plain.length > 0 ? [`complete -c latchkey -f -n '${here}' -a '${plain.join(" ")}'`] : []),
      ...long.map((word) => `complete -c latchkey -n '${here}' -l ${word}`),
    ];
  });
  return `# latchkey's commands and options: latchkey completion fish | source\n${lines.join("\n")}\n`;
}
