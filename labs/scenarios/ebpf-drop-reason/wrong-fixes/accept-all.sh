iptables -w 5 -I INPUT -j ACCEPT
iptables -w 5 -I FORWARD -j ACCEPT
