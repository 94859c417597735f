# control-plane knows the way, so let it carry the packets.
pod={ip:deploy/cart}
ip route add "${pod%.*}.0/24" via {ip:node/control-plane} dev eth0
