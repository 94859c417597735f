ip route add {ip:deploy/billing} via {ip:node/worker}
ip route add {ip:deploy/stock} via {ip:node/worker2}
