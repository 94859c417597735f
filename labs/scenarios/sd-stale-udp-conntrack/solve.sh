# This flow and no other: the next datagram makes a new one, by the rules of now.
conntrack -D -p udp --orig-src {ip:pod/till} --sport 40000 --dport 53
