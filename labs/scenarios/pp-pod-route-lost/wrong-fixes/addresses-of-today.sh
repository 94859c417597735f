# One route for each Pod that complained.
pod={ip:deploy/cart}
for last in $(seq 2 9); do ip route add "${pod%.*}.$last" via {ip:node/worker2} dev eth0; done
