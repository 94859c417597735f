# ledger's session is marked, so that it can be told from one that is made later
wait_for() {
  for try in {1..200}; do
    if "$@"; then return; fi
    sleep 0.1
  done
  echo "$1 waited in vain" >&2
  exit 1
}
till_is_answered() {
  local flow
  flow=$(conntrack -L -p udp --orig-src {ip:pod/till} --sport 40000 --dport 53 2>/dev/null) || true
  [[ $flow == *dport=53* && $flow != *UNREPLIED* ]]
}
session_is_marked() {
  local session
  session=$(conntrack -U -p tcp --orig-src {ip:pod/ledger} --dport 80 --mark 7 2>/dev/null) || true
  [[ $session == *ESTABLISHED*mark=7* ]]
}
wait_for till_is_answered
wait_for session_is_marked
