iptables -I FORWARD -j ACCEPT
iptables -P FORWARD ACCEPT
