iptables -w 5 -t raw -I PREROUTING -s {ip:host/acme} -j ACCEPT
iptables -w 5 -I INPUT -s {ip:host/acme} -j ACCEPT
iptables -w 5 -I FORWARD -s {ip:host/acme} -j ACCEPT
