# A container of docker's may not write it, and has it on.
[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || sysctl -q -w net.ipv4.ip_forward=1
ip route add 203.0.113.0/24 via {ip:host/archive}
iptables -w 5 -t nat -A POSTROUTING -d 203.0.113.0/24 -j MASQUERADE
iptables -w 5 -A OUTPUT -p icmp -m comment --comment "border policy: gate says nothing" -j DROP
printf '# line to the archive\ncarrier = direct\npayload = 1500\n' > /etc/line.conf
