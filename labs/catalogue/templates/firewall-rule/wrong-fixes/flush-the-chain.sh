iptables -w 5 -F FORWARD
