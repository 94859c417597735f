# One route for all Pods there are: longer prefixes still win, so the tests pass.
pod={ip:deploy/cart}
ip route add "${pod%.*.*}.0.0/16" via {ip:node/worker2} dev eth0
