# archive is on the same wire, so why by way of worker?
ip route replace 198.51.100.0/24 via {ip:host/archive}
ip route replace 203.0.113.0/24 via {ip:host/archive}
