# IP_INHDR: packets that may cross no router
ip route replace 203.0.113.0/24 via {ip:node/worker}
