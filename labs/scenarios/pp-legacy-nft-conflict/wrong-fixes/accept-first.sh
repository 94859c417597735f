iptables-legacy -w 5 -I FORWARD -j ACCEPT
