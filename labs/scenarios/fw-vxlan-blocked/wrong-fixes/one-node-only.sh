# client lives on worker, so worker it is.
iptables -I NODE-UDP -s {ip:node/worker} -p udp --dport 8472 -j ACCEPT
