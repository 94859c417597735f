iptables -I INPUT -p udp -j ACCEPT
