iptables -w 5 -D FORWARD -p tcp --dport 8080 -m comment --comment platform -j DROP
