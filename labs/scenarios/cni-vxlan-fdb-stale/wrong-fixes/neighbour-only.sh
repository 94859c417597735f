ip neigh replace 10.244.2.0 lladdr 7e:1c:90:5a:33:d4 dev flannel.1 nud permanent
