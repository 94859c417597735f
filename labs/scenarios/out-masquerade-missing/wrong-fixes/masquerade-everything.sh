iptables -w 5 -t nat -I POSTROUTING -j MASQUERADE
