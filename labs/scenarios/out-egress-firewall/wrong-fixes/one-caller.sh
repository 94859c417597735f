# billing complained, and billing's packets come from worker.
iptables -w 5 -A FORWARD -s {ip:node/worker} -d 203.0.113.10 -p tcp --dport 443 -j ACCEPT
