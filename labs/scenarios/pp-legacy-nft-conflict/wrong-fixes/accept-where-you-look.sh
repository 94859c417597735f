iptables -w 5 -P FORWARD ACCEPT
iptables -w 5 -I FORWARD -j ACCEPT
