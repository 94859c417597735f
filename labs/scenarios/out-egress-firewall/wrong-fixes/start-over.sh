# Empties the chain and writes the one line of the ticket, and the answers'.
iptables -w 5 -F FORWARD
iptables -w 5 -A FORWARD -d 203.0.113.10 -p tcp --dport 443 -j ACCEPT
iptables -w 5 -A FORWARD -s 203.0.113.10 -p tcp --sport 443 -j ACCEPT
