ip route replace 203.0.113.0/24 via {ip:host/archive}
