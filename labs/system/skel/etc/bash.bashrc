# The shell of every terminal in a lab. Nothing here takes long: the first prompt must appear at once.
[[ $- == *i* ]] || return
[[ -z ${__podwire_shell-} ]] || return
__podwire_shell=1

shopt -s checkwinsize histappend
HISTSIZE=5000 HISTFILESIZE=5000 HISTCONTROL=
if [[ $HOSTNAME == laptop ]]; then PS1='\h:\w$ '; else PS1='\h:\w# '; fi
if [[ -x /usr/bin/nano || -x /bin/nano ]]; then export EDITOR=nano; else export EDITOR=vi; fi

# Marks that labd and the page read: after a command OSC 633;D;<exit>;<text>, at a prompt OSC 633;A (VS Code's shell integration).
# PS0 is expanded when a command was entered, and only then; the substring's offset is arithmetic, so it can note that.
PS0='${__podwire_shell:__podwire_ran=1:0}'
__podwire_ran=0
__podwire_prompt() {
  local code=$? text=
  if ((__podwire_ran)); then
    __podwire_ran=0
    if [[ -o history ]]; then
      text=$(HISTTIMEFORMAT='' builtin history 1)
      [[ $text =~ ^\ *[0-9]+\*?\ \ (.*)$ ]] && text=${BASH_REMATCH[1]}
      text=${text//\\/\\\\}
      text=${text//;/\\x3b}
      text=${text//$'\n'/\\x0a}
      text=${text//[[:cntrl:]]/}
    fi
    printf '\e]633;D;%d;%s\a' "$code" "$text"
  fi
  printf '\e]633;A\a'
}
PROMPT_COMMAND=__podwire_prompt

# Completion is read at the first Tab: the package, then through it the command's own. 124 asks bash to look again, once: so both must be there by
# then. kubectl's lies in this folder. The loader was renamed in bash-completion 2.12.
BASH_COMPLETION_USER_DIR=/opt/podwire/share/bash-completion
__podwire_load_completion() {
  complete -r -D
  unset -f __podwire_load_completion
  [[ -r /usr/share/bash-completion/bash_completion ]] || return 124
  . /usr/share/bash-completion/bash_completion
  if declare -F _comp_complete_load >/dev/null; then _comp_complete_load "$@"; else _completion_loader "$@"; fi
}
complete -D -F __podwire_load_completion
