# NETFILTER_DROP: the line about bench, and only that
iptables -w 5 -t raw -D PREROUTING -s {ip:host/bench} -p tcp --dport 30080 -j DROP
# IP_RPFILTER: branch comes by eth0, and the way back led to vpn0
ip route del 192.0.2.10/32 dev vpn0
# IP_INNOROUTES: a rule that hides the route
ip rule del pref 500
# NO_SOCKET: two digits changed places
iptables -w 5 -t nat -D PREROUTING -i eth0 -p tcp --dport 9000 -m comment --comment "watch" -j REDIRECT --to-ports 10265
iptables -w 5 -t nat -A PREROUTING -i eth0 -p tcp --dport 9000 -m comment --comment "watch" -j REDIRECT --to-ports 10256
