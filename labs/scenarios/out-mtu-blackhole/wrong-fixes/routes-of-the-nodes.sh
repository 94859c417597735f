# Let the nodes know what the line carries. They tell it to Pods that send too much.
ip route change 203.0.113.0/24 via {ip:host/gate} mtu 1400
