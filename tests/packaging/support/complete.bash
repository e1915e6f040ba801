# Prints what bash completes: complete.bash FUNCTIONS PROGRAM LINE
# One completion a line, as readline would show it.
source "$1"
COMP_LINE=$3
COMP_POINT=${#COMP_LINE}
specification=$(complete -p "$2") || exit 1
[[ $specification =~ -F\ ([^ ]+) ]] || exit 1
COMPREPLY=()
"${BASH_REMATCH[1]}"
printf '%s\n' "${COMPREPLY[@]}"
