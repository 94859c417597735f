# What has no route of its own takes the default one; now that leads to worker2.
ip route replace default via {ip:node/worker2} dev eth0
