iptables -w 5 -I FORWARD -d 203.0.113.10 -j ACCEPT
