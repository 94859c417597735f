iptables -w 5 -t mangle -I PREROUTING -s {ip:host/balancer} -p tcp --dport 30080 -j ACCEPT
