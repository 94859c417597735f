iptables -w 5 -t mangle -A PREROUTING ! -s {ip:laptop} -i eth0 -p tcp --dport 30090 -m comment --comment "edge policy 7" -j DROP
