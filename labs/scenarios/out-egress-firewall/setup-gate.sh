# A container of docker's may not write it, and has it on.
[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || sysctl -q -w net.ipv4.ip_forward=1
ip route add 203.0.113.0/24 via {ip:host/provider}
iptables -w 5 -t nat -A POSTROUTING -d 203.0.113.0/24 -j MASQUERADE
iptables -w 5 -P FORWARD DROP
iptables -w 5 -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -w 5 -A FORWARD -d 203.0.113.10 -p tcp --dport 80 -m comment --comment "4411 price feed" -j ACCEPT
iptables -w 5 -A FORWARD -d 203.0.113.10 -p tcp --dport 443 -m comment --comment "4412 payments" -j ACCEPT
