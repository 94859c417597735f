# Ask once, then write the answer down for ever.
ip neigh del {ip:node/worker2} dev eth0
ping -q -c 1 -W 1 {ip:node/worker2}
ip neigh change {ip:node/worker2} dev eth0 nud permanent
