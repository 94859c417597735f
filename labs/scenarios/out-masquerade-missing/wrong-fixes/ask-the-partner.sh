ip route add 10.244.1.0/24 via 172.18.0.3
ip route add 10.244.2.0/24 via 172.18.0.4
