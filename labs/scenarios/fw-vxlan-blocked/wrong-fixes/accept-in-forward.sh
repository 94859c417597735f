iptables -I FORWARD -j ACCEPT
