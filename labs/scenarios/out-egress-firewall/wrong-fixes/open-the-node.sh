# On the machine one is used to. Nothing was shut there.
iptables -w 5 -I FORWARD -d 203.0.113.10 -p tcp --dport 443 -j ACCEPT
iptables -w 5 -I OUTPUT -d 203.0.113.10 -p tcp --dport 443 -j ACCEPT
