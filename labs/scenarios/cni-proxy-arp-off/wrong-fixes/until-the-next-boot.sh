ip route add default via 172.18.0.1 dev eth0
