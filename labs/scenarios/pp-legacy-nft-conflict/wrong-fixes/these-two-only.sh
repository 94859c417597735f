# The two addresses of the ticket.
iptables-legacy -w 5 -A FORWARD -s {ip:pod/client} -j ACCEPT
iptables-legacy -w 5 -A FORWARD -d {ip:pod/client} -j ACCEPT
