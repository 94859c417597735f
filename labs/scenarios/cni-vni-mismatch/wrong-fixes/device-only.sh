card=$(cat /sys/class/net/flannel.2/address)
neighbours=$(ip neigh show dev flannel.2 nud permanent)
cards=$(bridge fdb show dev flannel.2)
routes=$(ip route show dev flannel.2)
ip link del flannel.2
ip link add flannel.1 address "$card" type vxlan id 1 local {ip:node/worker2} dev eth0 dstport 8472 nolearning
ip addr add 10.244.2.0/32 dev flannel.1
ip link set flannel.1 up
while read -r gateway _ mac _; do ip neigh replace "$gateway" lladdr "$mac" dev flannel.1 nud permanent; done <<< "$neighbours"
while read -r mac _ node _; do bridge fdb replace "$mac" dev flannel.1 dst "$node" self permanent; done <<< "$cards"
while read -r network _ gateway _; do ip route replace "$network" via "$gateway" dev flannel.1 onlink; done <<< "$routes"
