# The kernel asks for itself when there is no entry.
ip neigh del {ip:node/worker2} dev eth0
