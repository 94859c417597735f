bridge fdb replace 7e:1c:90:5a:33:d4 dev flannel.1 dst {ip:node/worker2} self permanent
