# The card that worker2 has now: kubectl get node worker2 -o yaml | grep VtepMAC, or ip link show flannel.1 on worker2.
old=$(ip neigh show 10.244.2.0 dev flannel.1 | awk '{ print $3 }')
new=7e:1c:90:5a:33:d4
ip neigh replace 10.244.2.0 lladdr "$new" dev flannel.1 nud permanent
bridge fdb replace "$new" dev flannel.1 dst {ip:node/worker2} self permanent
bridge fdb del "$old" dev flannel.1 dst {ip:node/worker2}
