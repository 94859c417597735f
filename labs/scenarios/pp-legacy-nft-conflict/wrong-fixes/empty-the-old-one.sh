# Nobody should use it any more, so away with it.
iptables-legacy -w 5 -F
iptables-legacy -w 5 -P FORWARD ACCEPT
