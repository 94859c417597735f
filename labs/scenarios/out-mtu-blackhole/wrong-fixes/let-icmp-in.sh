# "Allow ICMP", where most rules are written.
iptables -w 5 -I INPUT -p icmp -j ACCEPT
iptables -w 5 -I FORWARD -p icmp -j ACCEPT
