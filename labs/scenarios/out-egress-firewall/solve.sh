# One destination, one port, beside the line for the price feed.
iptables -w 5 -A FORWARD -d 203.0.113.10 -p tcp --dport 443 -j ACCEPT
