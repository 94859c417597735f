iptables -w 5 -t raw -A PREROUTING -s {ip:host/bench} -p tcp --dport 30080 -j DROP
ip route add 192.0.2.10/32 dev vpn0
ip rule add from {ip:host/bench} to 198.51.100.0/24 pref 500 unreachable
iptables -w 5 -t nat -D PREROUTING -i eth0 -p tcp --dport 9000 -m comment --comment "watch" -j REDIRECT --to-ports 10256
iptables -w 5 -t nat -A PREROUTING -i eth0 -p tcp --dport 9000 -m comment --comment "watch" -j REDIRECT --to-ports 10265
ip route flush cache
