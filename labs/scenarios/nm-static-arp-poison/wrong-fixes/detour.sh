# control-plane reaches worker2, so let it carry everything.
pods=$(ip -4 route | sed -nE 's#^([0-9./]+) via {ip:node/worker2} .*#\1#p')
ip route replace {ip:node/worker2} via {ip:node/control-plane} dev eth0
ip route replace "$pods" via {ip:node/control-plane} dev eth0
