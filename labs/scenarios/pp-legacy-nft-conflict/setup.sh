# An appliance agent of years ago, which brought an iptables of its own.
if ! iptables-legacy -w 5 -S FORWARD >/dev/null 2>&1; then
  echo "the kernel of this machine has no legacy iptables (module iptable_filter), and this lab is about it" >&2
  exit 1
fi
iptables-legacy -w 5 -A FORWARD -d {ip:host/vault} -p tcp --dport 22 -m comment --comment "tenants: vault admin is off limits" -j DROP
