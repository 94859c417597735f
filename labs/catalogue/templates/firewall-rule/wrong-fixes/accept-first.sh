iptables -w 5 -I FORWARD -j ACCEPT
