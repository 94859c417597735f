ip route add 198.51.100.0/24 via {ip:node/worker}
ip route add 203.0.113.0/24 via {ip:node/worker}
