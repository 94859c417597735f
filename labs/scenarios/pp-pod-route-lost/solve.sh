# The route that control-plane has too.
pod={ip:deploy/cart}
ip route add "${pod%.*}.0/24" via {ip:node/worker2} dev eth0
