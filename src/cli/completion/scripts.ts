import { completionWord } from './word.ts';

/** Shells there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** How the script is loaded in each new shell. */
const loadingLines: Readonly<Record<Shell, string>> = {
  bash: 'eval "$(orchestra completion bash)"',
  zsh: 'source <(orchestra completion zsh)',
  fish: 'orchestra completion fish | source',
};

const bash = `# Completion of orchestra in bash. In ~/.bashrc: ${loadingLines.bash}
_orchestra() {
  local line value command="\${1/#\\~/$HOME}"
  COMPREPLY=()
  while IFS= read -r line; do
    value="\${line%%$'\\t'*}"
    COMPREPLY+=("$value")
    if [[ -e "$value" ]]; then compopt -o filenames; fi
  done < <("$command" ${completionWord} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _orchestra orchestra
`;

const zsh = `#compdef orchestra
# Completion of orchestra in zsh. In ~/.zshrc, after compinit: ${loadingLines.zsh}
_orchestra() {
  local line value
  local -a proposals folders
  for line in "\${(@f)$(_call_program proposals "\${(q)words[1]}" ${completionWord} "\${(@q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n "$line" ]] || continue
    value="\${line%%$'\\t'*}"
    if [[ "$value" == */ ]]; then
      folders+=("$value")
    else
      proposals+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  if (( $#proposals + $#folders == 0 )); then
    _files
  else
    (( $#proposals )) && _describe -t proposals proposal proposals
    (( $#folders )) && compadd -S '' -a folders
  fi
}
if [[ "$funcstack[1]" == _orchestra ]]; then _orchestra "$@"; else compdef _orchestra orchestra; fi
`;

const fish = `# Completion of orchestra in fish. In ~/.config/fish/config.fish: ${loadingLines.fish}
function __orchestra_proposals
  set -l words (commandline --tokenize --cut-at-cursor --current-process)
  $words[1] ${completionWord} $words[2..-1] (commandline --current-token --cut-at-cursor | string collect --allow-empty) 2>/dev/null
end
complete --command orchestra --no-files --arguments '(__orchestra_proposals)'
complete --command orchestra --condition 'test -z "$(__orchestra_proposals)"' --force-files
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
