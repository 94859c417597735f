iptables -D INPUT -i eth0 -p udp -m comment --comment "node firewall" -j NODE-UDP
