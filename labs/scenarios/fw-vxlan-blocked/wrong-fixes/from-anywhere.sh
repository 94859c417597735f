iptables -I NODE-UDP -p udp --dport 8472 -j ACCEPT
