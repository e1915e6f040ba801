# Prints what zsh completes: complete.zsh FOLDER LINE
# FOLDER has the functions. An interactive zsh in a terminal of its own gets the
# line and a tab; what its completion adds is written down, one a line.
zmodload zsh/zpty
answer=$(mktemp)
zpty terminal zsh -f -i
zpty -w terminal "
  PS1= PROMPT_EOL_MARK=
  fpath=(${(q)1} \$fpath)
  autoload -Uz compinit && compinit -D -u
  compadd() {
    local -a hits
    if (( ! \${@[(I)-[OAD]]} )); then
      builtin compadd -A hits \"\$@\"
      print -rl -- \$hits >> ${(q)answer}
    fi
    builtin compadd \"\$@\"
  }
  finish() { print -r -- '(end)' >> ${(q)answer} }
  whole() { zle complete-word; finish }
  zle -N whole
  bindkey '^I' whole
  zstyle ':completion:*' list-prompt ''
  setopt no_beep no_auto_list
"
zpty -w -n terminal "$2"$'\t'
# Whoever looks for the end must read on, or the terminal is full some time.
until grep -q '^(end)$' $answer; do
  zpty -r -t terminal output > /dev/null || zselect -t 2 2> /dev/null
done
zpty -d terminal
grep -v -e '^(end)$' -e '^$' $answer
rm -f $answer
