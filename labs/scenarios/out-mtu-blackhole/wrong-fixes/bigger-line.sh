ip route change 203.0.113.0/24 via {ip:host/archive} mtu 1500
ip route change {ip:node/worker} dev eth0 mtu 1500
ip route change {ip:node/worker2} dev eth0 mtu 1500
