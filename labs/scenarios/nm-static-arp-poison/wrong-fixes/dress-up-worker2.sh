# If worker believes in another card, let it have one. The first packet tells the rest of the network.
ip link set eth0 address 02:42:ac:12:00:66
ping -q -c 1 -W 1 {ip:node/control-plane}
