ip route add 203.0.113.0/24 via {ip:host/gate}
