// What runs in one place's network while its map is looked at. `ip monitor` tells of a change, then everything is read anew; counters need no process.
// Blocks are <RS>name<LF>…<RS>, the parts of a state are divided by <US>. Used by place-watch.ts.

/** Events that come together are one change. */
const gatherSeconds = 0.06
/** so many at most, when they do not stop coming */
const gatherLines = 500
/** the kernel drops events that nobody has taken in time */
const readAgainSeconds = 10

const script = `
state() {
  printf '\\036state\\n'
  ip -j -d addr; printf '\\037'
  ip -4 -o route show table all; printf '\\037'
  ip -6 -o route show table all; printf '\\037'
  ip rule
  printf '\\036'
  read_at=$SECONDS
}
counters() {
  mapfile -s 2 lines < /proc/self/net/dev
  printf '\\036counters\\n%s\\036' "\${lines[*]}"
}
exec 3< <(exec ip -o monitor link address route rule)
state
counters
read_at=-${readAgainSeconds} # the monitor may have begun after that: read again after the first quiet second
while :; do
  if IFS= read -r -t 1 -u 3 line; then
    n=0
    while ((n++ < ${gatherLines})) && IFS= read -r -t ${gatherSeconds} -u 3 line; do :; done
    state
    counters
  elif (($? > 128)); then
    ((SECONDS - read_at < ${readAgainSeconds})) || state
    counters
  else
    exit 1
  fi
done
`

export const placeArgv: readonly string[] = ['bash', '-c', script]
