iptables -w 5 -t mangle -D PREROUTING ! -s {ip:laptop} -i eth0 -p tcp --dport 30090 -m comment --comment "edge policy 7" -j DROP
iptables -w 5 -t mangle -A PREROUTING -i eth0 -p tcp --dport 30000:32767 -m comment --comment "edge policy 8" -j DROP
