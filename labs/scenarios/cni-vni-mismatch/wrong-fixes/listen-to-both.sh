# A second device opens what the others send. What worker2 sends still bears the other number.
card=$(cat /sys/class/net/flannel.2/address)
ip link add flannel.1 address "$card" type vxlan id 1 local {ip:node/worker2} dev eth0 dstport 8472 nolearning
ip link set flannel.1 up
