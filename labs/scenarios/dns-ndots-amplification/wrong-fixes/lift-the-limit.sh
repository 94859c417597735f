iptables -w 5 -t mangle -F FORWARD
