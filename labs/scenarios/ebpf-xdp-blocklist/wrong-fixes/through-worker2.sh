# worker2 serves the same port, so send them there.
ip route replace {ip:node/worker} via {ip:node/worker2}
