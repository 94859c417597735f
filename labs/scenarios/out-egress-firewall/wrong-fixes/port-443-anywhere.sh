iptables -w 5 -I FORWARD -p tcp --dport 443 -j ACCEPT
