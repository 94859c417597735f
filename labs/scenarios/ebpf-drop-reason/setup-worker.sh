# A node that is also a router for two networks behind archive, hardened: strict reverse path, no redirects.
sysctl -qw net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0 net.ipv4.conf.eth0.rp_filter=1
ip link add vpn0 type bridge
ip link set vpn0 up
ip route add 198.51.100.0/24 via {ip:host/archive}
ip route add 203.0.113.0/24 via {ip:host/archive}
ip route add 192.0.2.0/24 via {ip:host/branch}
iptables -w 5 -t nat -A PREROUTING -i eth0 -p tcp --dport 9000 -m comment --comment "watch" -j REDIRECT --to-ports 10256
# the watch is bench's alone
iptables -w 5 -t raw -A PREROUTING -s 192.0.2.0/24 -p tcp --dport 9000 -j DROP
