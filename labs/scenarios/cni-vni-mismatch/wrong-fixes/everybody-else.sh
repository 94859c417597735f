# One against two: let the two give in.
sed -i 's/"Type": "vxlan"/"Type": "vxlan",\n    "VNI": 2/' /etc/kube-flannel/net-conf.json
card=$(cat /sys/class/net/flannel.1/address)
own=$(ip -4 -o addr show dev flannel.1 | awk '{ print $4 }')
local=$(ip -4 -o addr show dev eth0 | awk '{ print $4 }')
neighbours=$(ip neigh show dev flannel.1 nud permanent)
cards=$(bridge fdb show dev flannel.1)
routes=$(ip route show dev flannel.1)
ip link del flannel.1
ip link add flannel.2 address "$card" type vxlan id 2 local "${local%/*}" dev eth0 dstport 8472 nolearning
ip addr add "$own" dev flannel.2
ip link set flannel.2 up
while read -r gateway _ mac _; do ip neigh replace "$gateway" lladdr "$mac" dev flannel.2 nud permanent; done <<< "$neighbours"
while read -r mac _ node _; do bridge fdb replace "$mac" dev flannel.2 dst "$node" self permanent; done <<< "$cards"
while read -r network _ gateway _; do ip route replace "$network" via "$gateway" dev flannel.2 onlink; done <<< "$routes"
