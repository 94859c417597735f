# names has moved, and kube-proxy has forgotten till's flow as it should. Here the flow is put back as it was: what is left behind when that fails.
old=$(cat /run/names)
rm /run/names
address=$(iptables-save -t nat | sed -nE 's#^-A KUBE-SERVICES -d ([0-9.]+)/32 .*"default/names:dns cluster IP".*#\1#p')
flow=(-p udp --orig-src {ip:pod/till} --orig-dst "$address" --sport 40000 --dport 53)
rules_have_moved() {
  local rules
  rules=$(iptables-save -t nat)
  [[ $rules != *"--to-destination $old:"* && $rules =~ default/names:dns\"?\ .*--to-destination ]]
}
flow_is_back() {
  conntrack -D "${flow[@]}" >/dev/null 2>&1 || true
  conntrack -I "${flow[@]}" --dst-nat "$old:5353" --timeout 30 >/dev/null 2>&1 || return
  # kube-proxy looks at the flows after each change of endpoints, and on a busy node takes its time
  for look in {1..20}; do
    sleep 0.1
    [[ $(conntrack -L "${flow[@]}" 2>/dev/null) == *"src=$old "* ]] || return
  done
}
for try in {1..100}; do
  if rules_have_moved && flow_is_back; then exit; fi
  sleep 0.1
done
echo 'the flow could not be put back' >&2
exit 1
